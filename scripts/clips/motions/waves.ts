import { between, inside, type Motion, mix, sign, sin, tau } from '../motion.ts'

const layers = 7

/** Hills of cut paper, one behind the other, each with its shadow on the one behind. */
export const waves: Motion = (random) => {
  const hills = Array.from({ length: layers }, (_, layer) => ({
    base: -1.35 + (layer * 2.9) / (layers - 1),
    long: between(random, 1.1, 1.9),
    short: between(random, 2.4, 3.6),
    height: between(random, 0.16, 0.26),
    way: sign(random),
    start: between(random, 0, tau),
    tone: 0.94 - (0.9 * layer) / (layers - 1),
  }))
  return (turn) => (x, y) => {
    let tone = 1
    for (const { base, long, short, height, way, start, tone: own } of hills) {
      const ridge = base + height * sin(long * x + way * turn + start) + 0.35 * height * sin(short * x - way * turn + 2.3 * start)
      const above = ridge - y
      if (above > 0.4) continue
      if (above > 0) tone -= 0.13 * Math.exp(-above / 0.07)
      tone = mix(tone, own, inside(above))
    }
    return tone
  }
}
