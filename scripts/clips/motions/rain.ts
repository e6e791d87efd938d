import { between, farthestY, inside, length, type Motion, mix, ofCell, smoothstep } from '../motion.ts'

/** Further than the frame is high, so that a tail has gone before its drop begins again. */
const fall = 5.4

/** Slow rain: in each column a drop with its tail. */
export const rain: Motion = (random) => {
  const columns = Math.floor(between(random, 13, 18))
  const seed = Math.floor(between(random, 1, 1e6))
  const wide = 2 / columns
  return (turn) => (x, y) => {
    const column = Math.floor((x + 1) / wide)
    const off = Math.abs(x + 1 - (column + 0.5) * wide)
    let tone = mix(0.07, 0.3, smoothstep(-farthestY, farthestY, y))
    for (let drop = 0; drop < 2; drop++) {
      const own = ofCell(column, drop, seed)
      const head = ((own + drop / 2 + turn / (2 * Math.PI)) % 1) * fall - farthestY - 0.2
      const behind = head - y
      const half = wide * mix(0.18, 0.36, own)
      const tail = mix(0.7, 1.5, own)
      if (behind < -half || behind > tail) continue
      const edge = behind < 0 ? length(off, behind) - half : off - half
      tone = mix(tone, 0.5 + 0.45 * own, inside(edge) * (behind < 0 ? 1 : (1 - behind / tail) ** 1.5))
    }
    return tone
  }
}
