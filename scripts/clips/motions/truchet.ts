import { between, cos, inside, length, type Motion, mix, ofCell, sin, smoothstep, twoSteps } from '../motion.ts'

/** Tiles with two quarter circles each, which turn by a quarter one after the other and join into ever other paths. */
export const truchet: Motion = (random) => {
  const size = between(random, 0.62, 0.78)
  const seed = Math.floor(between(random, 1, 1e6))
  const tilt = between(random, 0.3, 1.2)
  const [cosTilt, sinTilt] = [cos(tilt), sin(tilt)]
  return (turn) => (x, y) => {
    const across = (x * cosTilt + y * sinTilt) / size
    const down = (y * cosTilt - x * sinTilt) / size
    const [column, row] = [Math.floor(across), Math.floor(down)]
    const wait = ofCell(column, row, seed)
    const angle = (Math.PI / 2) * (twoSteps(turn, wait) + (wait < 0.5 ? 0 : 1))
    const [cosine, sine] = [cos(angle), sin(angle)]
    const [cellX, cellY] = [across - column - 0.5, down - row - 0.5]
    const [turnedX, turnedY] = [cellX * cosine - cellY * sine, cellX * sine + cellY * cosine]
    const corner = turnedX + turnedY < 0 ? 0.5 : -0.5
    const off = Math.abs(length(turnedX + corner, turnedY + corner) - 0.5)
    const ground = mix(0.1, 0.28, smoothstep(-1.8, 1.8, y + 0.5 * x))
    const path = mix(0.55, 0.95, smoothstep(1.6, -1.6, y - 0.4 * x))
    return mix(ground, path, inside((off - 0.12) * size) * (1 - 0.75 * inside((off - 0.035) * size)))
  }
}
