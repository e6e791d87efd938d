import { between, cos, inside, length, type Motion, mix, sin, smoothstep, tau } from '../motion.ts'

/** A screen of dots that swell and shrink as a wave goes through. */
export const halftone: Motion = (random) => {
  const size = between(random, 0.32, 0.38)
  const tilt = between(random, 0.2, 1.2)
  const [cosTilt, sinTilt] = [cos(tilt), sin(tilt)]
  const wave = between(random, 0, tau)
  const [waveX, waveY] = [2.1 * cos(wave), 2.1 * sin(wave)]
  return (turn) => (x, y) => {
    const across = (x * cosTilt + y * sinTilt) / size
    const down = (y * cosTilt - x * sinTilt) / size
    const [column, row] = [Math.floor(across) + 0.5, Math.floor(down) + 0.5]
    const dotX = (column * cosTilt - row * sinTilt) * size
    const dotY = (column * sinTilt + row * cosTilt) * size
    const swell = sin(waveX * dotX + waveY * dotY + 0.8 * sin(1.7 * dotY) - turn)
    const radius = size * (0.27 + 0.2 * swell)
    const ground = mix(0.06, 0.24, smoothstep(-1.8, 1.8, y))
    return mix(ground, 0.62 + 0.28 * swell, inside(length(x - dotX, y - dotY) - radius))
  }
}
