import { between, inside, type Motion, mix, sign, sin, tau } from '../motion.ts'

/** Bands that hang from top to bottom, swing, and twist like a Lissajous figure seen from the side. */
export const ribbons: Motion = (random) => {
  const bands = Array.from({ length: 6 }, (_, band) => ({
    middle: -0.9 + band * 0.36 + between(random, -0.1, 0.1),
    swing: between(random, 0.15, 0.3),
    often: between(random, 0.9, 1.6),
    twist: between(random, 1, 1.8),
    way: sign(random),
    start: between(random, 0, tau),
    tone: 0.3 + band * 0.12,
  }))
  return (turn) => (x, y) => {
    let tone = 0.1 + 0.05 * sin(y)
    for (const { middle, swing, often, twist, way, start, tone: own } of bands) {
      const centre = middle + swing * sin(often * y + way * turn + start)
      const twisted = sin(twist * y - way * turn + 2 * start)
      const half = 0.03 + 0.15 * Math.abs(twisted)
      const off = Math.abs(x - centre) - half
      if (off > 0) tone -= 0.05 * Math.exp(-off / 0.05)
      tone = mix(tone, own + 0.16 * twisted, inside(off))
    }
    return tone
  }
}
