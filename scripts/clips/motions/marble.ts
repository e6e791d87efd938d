import { between, type Motion, sign, sin, tau } from '../motion.ts'

/** Ink that is drawn through water: waves that bend waves. */
export const marble: Motion = (random) => {
  const bends = Array.from({ length: 4 }, (_, bend) => ({
    often: between(random, 1.2, 1.7) * 1.35 ** bend,
    far: 0.5 / 1.25 ** bend,
    startX: between(random, 0, tau),
    startY: between(random, 0, tau),
    way: sign(random),
  }))
  const stripe = between(random, 2.2, 3.2)
  return (turn) => (x, y) => {
    let [bentX, bentY] = [x, y]
    for (const { often, far, startX, startY, way } of bends) {
      const nextX = bentX + far * sin(often * bentY + startX + way * turn)
      bentY += far * sin(often * bentX + startY)
      bentX = nextX
    }
    return 0.48 + 0.42 * sin(stripe * bentX + 1.2 * bentY)
  }
}
