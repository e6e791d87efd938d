import { between, cos, inside, length, type Motion, mix, sign, tau } from '../motion.ts'

const tracks = 15

/** Comets that go around one centre, each on a track of its own with its tail behind it. */
export const orbits: Motion = (random) => {
  const centreX = between(random, -0.5, 0.5)
  const centreY = between(random, -0.8, 0.8)
  const wide = between(random, 0.14, 0.18)
  const comets = Array.from({ length: tracks }, (_, track) => ({
    start: between(random, 0, tau),
    way: sign(random),
    tail: between(random, 1.6, 4.4),
    tone: 0.95 - (0.5 * track) / tracks,
  }))
  return (turn) => (x, y) => {
    const far = length(x - centreX, y - centreY)
    const track = Math.min(tracks - 1, Math.floor(far / wide))
    const { start, way, tail, tone } = comets[track]!
    const radius = (track + 0.5) * wide
    const ahead = way * (Math.atan2(y - centreY, x - centreX) - start) - turn
    const behind = ((-ahead % tau) + tau) % tau
    const half = 0.34 * wide
    const front = Math.min(behind, tau - behind) * radius
    const body = inside(Math.abs(far - radius) - half) * Math.max(0, 1 - behind / tail) ** 1.3
    const head = inside(length(far - radius, front) - half)
    return mix(0.1 - 0.03 * cos(2 * far), tone, Math.max(body, head))
  }
}
