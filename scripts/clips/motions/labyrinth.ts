import { between, cos, type Motion, sin, smoothstep, tau } from '../motion.ts'

const plane = 9

/** The stripes and spots of Turing's patterns, here as a sum of plane waves of one length. */
export const labyrinth: Motion = (random) => {
  const often = between(random, 7, 9.5)
  const seeds = Array.from({ length: plane }, (_, wave) => {
    const angle = (Math.PI * (wave + between(random, -0.3, 0.3))) / plane
    return { x: often * cos(angle), y: often * sin(angle), start: between(random, 0, tau), far: between(random, 0.4, 0.9) }
  })
  return (turn) => {
    const now = seeds.map(({ x, y, start, far }) => ({ x, y, start: start + far * sin(turn + 3 * start) }))
    return (x, y) => {
      let height = 0
      for (const wave of now) height += cos(wave.x * x + wave.y * y + wave.start)
      return 0.14 + 0.2 * smoothstep(1.8, -1.8, y) + (0.38 + 0.12 * sin(1.4 * x + y + turn)) * smoothstep(-0.35, 0.35, height)
    }
  }
}
