import { between, cos, inside, length, type Motion, mix, sign, sin, tau } from '../motion.ts'

const heights = 9

/** A map of hills that rise and sink: one tone for each step of height, and a line where one meets the next. */
export const contours: Motion = (random) => {
  const swells = Array.from({ length: 5 }, () => {
    const angle = between(random, 0, tau)
    const often = between(random, 1.3, 2.8)
    return { x: often * cos(angle), y: often * sin(angle), start: between(random, 0, tau), way: sign(random) }
  })
  return (turn) => (x, y) => {
    let height = 0
    let [slopeX, slopeY] = [0, 0]
    for (const swell of swells) {
      const at = swell.x * x + swell.y * y + swell.start + 0.9 * sin(turn + swell.way * swell.start)
      height += sin(at)
      slopeX += swell.x * cos(at)
      slopeY += swell.y * cos(at)
    }
    const level = (height / 7 + 0.5) * heights
    const step = Math.round(level)
    const off = Math.abs(level - step)
    const width = Math.max(0.02, (length(slopeX, slopeY) * heights) / 7)
    const nearest = level > step ? step : step - 1
    return mix(0.08 + (0.8 * Math.min(heights, Math.max(0, nearest))) / heights, 1, 0.6 * inside(off / width - 0.008))
  }
}
