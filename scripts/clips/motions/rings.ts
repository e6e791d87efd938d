import { between, cos, length, type Motion, sign, sin, smoothstep, tau } from '../motion.ts'

/** Rings from two places that run through each other, as on still water. */
export const rings: Motion = (random) => {
  const sources = [0, 1].map((source) => ({
    x: between(random, -0.9, 0.9),
    y: (source === 0 ? -1 : 1) * between(random, 0.5, 1.4),
    often: between(random, 6, 9),
    start: between(random, 0, tau),
    way: sign(random),
  }))
  return (turn) => (x, y) => {
    let height = 0
    for (const { x: sourceX, y: sourceY, often, start, way } of sources) {
      const far = length(x - sourceX - 0.06 * cos(way * turn + start), y - sourceY - 0.06 * sin(way * turn + start))
      height += cos(often * far - turn + start) / (1 + 0.5 * far)
    }
    return 0.06 + 0.26 * (smoothstep(-1.1, -0.8, height) + smoothstep(-0.25, 0.05, height) + smoothstep(0.6, 0.9, height))
  }
}
