import { between, cos, inside, length, type Motion, mix, sign, sin } from '../motion.ts'

const wreaths = 7

/** Flowers within flowers, which open and turn. */
export const petals: Motion = (random) => {
  const leaves = Math.floor(between(random, 5, 9))
  const way = sign(random)
  const centreY = between(random, -0.3, 0.3)
  const deep = between(random, 0.16, 0.26)
  return (turn) => (x, y) => {
    const far = length(x, y - centreY)
    const angle = Math.atan2(y - centreY, x)
    let tone = 0.04
    for (let wreath = 0; wreath < wreaths; wreath++) {
      const size = 2.05 - 0.3 * wreath + 0.04 * sin(turn + wreath)
      const edge = far - size * (1 - deep + deep * cos(leaves * angle + (wreath % 2) * Math.PI + way * turn * (wreath % 2 === 0 ? 1 : -1)))
      tone = edge > 0 ? tone - 0.06 * Math.exp(-edge / 0.06) : mix(tone, 0.14 + 0.11 * wreath, inside(edge))
    }
    return tone
  }
}
