import { between, cos, inside, length, type Motion, mix, ofCell, sin, smoothstep, tau, twoSteps } from '../motion.ts'

/** Squares with a quarter of a disc each, which turn one after the other. */
export const mosaic: Motion = (random) => {
  const size = 2 / Math.floor(between(random, 3, 5))
  const seed = Math.floor(between(random, 1, 1e6))
  return (turn) => (x, y) => {
    const [across, down] = [(x + 1) / size, (y + 16 / 9) / size]
    const [column, row] = [Math.floor(across), Math.floor(down)]
    const own = ofCell(column, row, seed)
    const other = ofCell(column, row, seed + 7)
    const angle = (Math.PI / 2) * (2 * twoSteps(turn, own) + Math.floor(other * 4))
    const [cosine, sine] = [cos(angle), sin(angle)]
    const [cellX, cellY] = [across - column - 0.5, down - row - 0.5]
    const [turnedX, turnedY] = [cellX * cosine - cellY * sine, cellX * sine + cellY * cosine]
    const far = length(turnedX + 0.5, turnedY + 0.5)
    const breath = 0.05 * sin(turn + tau * other)
    const ground = 0.1 + 0.3 * own
    const disc = mix(ground, 0.45 + 0.4 * other + breath, inside((far - 0.94) * size))
    return mix(disc, ground, 0.85 * smoothstep(0.44, 0.4, far))
  }
}
