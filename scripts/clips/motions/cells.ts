import { between, cos, farthestY, inside, length, type Motion, mix, ofCell, sin, tau } from '../motion.ts'

/** Panes around points that wander (a Voronoi diagram), with dark leads between them. */
export const cells: Motion = (random) => {
  const size = between(random, 0.62, 0.8)
  const seed = Math.floor(between(random, 1, 1e6))
  // With a margin, in which the neighbours of the outermost lie.
  const [left, top] = [Math.ceil(1 / size) + 1, Math.ceil(farthestY / size) + 1]
  const across = 2 * left
  const panes = Array.from({ length: across * 2 * top }, (_, at) => {
    const [column, row] = [(at % across) - left, Math.floor(at / across) - top]
    return { column, row, own: ofCell(column, row, seed), start: tau * ofCell(column, row, seed + 1) }
  })
  return (turn) => {
    const points = panes.map(({ column, row, own, start }) => {
      const orbit = (own < 0.5 ? turn : -turn) + start
      return { x: (column + 0.5 + 0.34 * cos(orbit)) * size, y: (row + 0.5 + 0.34 * sin(orbit)) * size, own }
    })
    return (x, y) => {
      const corner = Math.floor(x / size) - 1 + left + across * (Math.floor(y / size) - 1 + top)
      let [first, second, pane] = [9, 9, 0]
      for (let near = 0; near < 9; near++) {
        const point = points[corner + (near % 3) + across * Math.floor(near / 3)]!
        const far = length(x - point.x, y - point.y)
        if (far < first) {
          second = first
          first = far
          pane = point.own
        } else if (far < second) second = far
      }
      return mix(0.03, 0.22 + 0.62 * pane + 0.12 * (0.5 - first / size), inside(0.05 - (second - first)))
    }
  }
}
