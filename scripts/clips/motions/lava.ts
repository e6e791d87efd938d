import { between, cos, type Motion, sign, sin, smoothstep, tau } from '../motion.ts'

/** Drops that float, meet and part. */
export const lava: Motion = (random) => {
  const drops = Array.from({ length: 9 }, (_, drop) => ({
    x: between(random, -0.75, 0.75),
    y: -1.6 + drop * 0.4,
    sway: between(random, 0.1, 0.3),
    climb: between(random, 0.25, 0.5),
    radius: between(random, 0.2, 0.36),
    way: sign(random),
    start: between(random, 0, tau),
  }))
  return (turn) => {
    const now = drops.map(({ x, y, sway, climb, radius, way, start }) => ({
      x: x + sway * cos(way * turn + start),
      y: y + climb * sin(way * turn + start),
      area: radius * radius,
    }))
    return (x, y) => {
      let pull = 0
      for (const drop of now) pull += drop.area / ((x - drop.x) ** 2 + (y - drop.y) ** 2 + 0.001)
      const ground = 0.06 + 0.16 * smoothstep(0.2, 0.97, pull)
      return ground + (0.4 + 0.36 * smoothstep(1, 3.2, pull)) * smoothstep(0.97, 1.03, pull)
    }
  }
}
