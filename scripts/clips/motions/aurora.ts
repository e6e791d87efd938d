import { between, type Motion, sign, sin, tau } from '../motion.ts'

/** Curtains of light. */
export const aurora: Motion = (random) => {
  const curtains = Array.from({ length: 4 }, (_, curtain) => ({
    middle: -0.75 + curtain * 0.5 + between(random, -0.15, 0.15),
    often: between(random, 0.9, 1.7),
    wide: between(random, 0.12, 0.3),
    way: sign(random),
    start: between(random, 0, tau),
  }))
  return (turn) => (x, y) => {
    let light = 0.1 + 0.05 * (y + 1)
    for (const { middle, often, wide, way, start } of curtains) {
      const bent = middle + 0.28 * sin(often * y + way * turn + start) + 0.08 * sin(2.7 * y - way * turn)
      const off = (x - bent) / wide
      // Sharp on one side and soft on the other, as the folds of a cloth.
      const fold = off > 0 ? Math.exp(-off) : Math.exp(-12 * off * off)
      light += 0.42 * fold * (0.75 + 0.25 * sin(1.3 * y + way * turn + 2 * start))
    }
    return Math.min(0.96, light)
  }
}
