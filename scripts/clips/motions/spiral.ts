import { between, length, type Motion, sign, sin, smoothstep } from '../motion.ts'

/** Arms that wind out of one point. */
export const spiral: Motion = (random) => {
  const arms = Math.floor(between(random, 3, 6))
  const winding = between(random, 2.5, 4.5) * sign(random)
  const centreX = between(random, -0.35, 0.35)
  const centreY = between(random, -0.9, 0.9)
  return (turn) => (x, y) => {
    const [fromX, fromY] = [x - centreX, y - centreY]
    const logFar = Math.log(length(fromX, fromY) + 0.05)
    const arm = sin(arms * Math.atan2(fromY, fromX) + winding * logFar - turn)
    const counter = sin(arms * Math.atan2(fromY, fromX) - 0.6 * winding * logFar + turn)
    return 0.12 + 0.55 * smoothstep(-0.35, 0.35, arm) + 0.2 * smoothstep(-0.9, 0.9, counter)
  }
}
