/** Lines through points, in units of the height of a digit or of a small letter; y runs downwards to the base line at 1. */
interface Glyph {
  readonly width: number
  readonly strokes: readonly (readonly Point[])[]
}
type Point = readonly [x: number, y: number]

/** Degrees run from the right downwards. */
function arc(x: number, y: number, radiusX: number, radiusY: number, from: number, to: number): Point[] {
  const steps = Math.ceil(Math.abs(to - from) / 12)
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180
    return [x + radiusX * Math.cos(angle), y + radiusY * Math.sin(angle)]
  })
}

const round = arc(0.5, 0.5, 0.5, 0.5, 0, 360)
// biome-ignore format: a stroke a line
const six: readonly (readonly Point[])[] = [
  arc(0.28, 0.71, 0.28, 0.29, 0, 360),
  [[0.4, 0], [0.03, 0.58]],
]

// biome-ignore format: a glyph a line
const glyphs: Readonly<Record<string, Glyph>> = {
  0: { width: 0.56, strokes: [[...arc(0.28, 0.28, 0.28, 0.28, 180, 360), ...arc(0.28, 0.72, 0.28, 0.28, 0, 180), [0, 0.28]]] },
  1: { width: 0.26, strokes: [[[0, 0.18], [0.24, 0], [0.24, 1]]] },
  2: { width: 0.54, strokes: [[...arc(0.27, 0.27, 0.27, 0.27, 185, 395), [0, 1], [0.54, 1]]] },
  3: { width: 0.52, strokes: [arc(0.26, 0.24, 0.24, 0.24, 190, 450), arc(0.26, 0.74, 0.26, 0.26, 270, 530)] },
  4: { width: 0.56, strokes: [[[0.4, 1], [0.4, 0], [0, 0.7], [0.56, 0.7]]] },
  5: { width: 0.54, strokes: [[[0.48, 0], [0.09, 0], [0.06, 0.455], ...arc(0.25, 0.69, 0.29, 0.31, 229, 510)]] },
  6: { width: 0.56, strokes: six },
  7: { width: 0.54, strokes: [[[0, 0], [0.54, 0], [0.18, 1]]] },
  8: { width: 0.56, strokes: [arc(0.28, 0.245, 0.235, 0.245, 0, 360), arc(0.28, 0.745, 0.28, 0.255, 0, 360)] },
  9: { width: 0.56, strokes: six.map((stroke) => stroke.map(([x, y]): Point => [0.56 - x, 1 - y])) },
  '–': { width: 0.5, strokes: [[[0, 0.5], [0.5, 0.5]]] },
  a: { width: 1, strokes: [round, [[1, 0], [1, 1]]] },
  c: { width: 0.86, strokes: [arc(0.5, 0.5, 0.5, 0.5, 45, 315)] },
  d: { width: 1, strokes: [round, [[1, -0.5], [1, 1]]] },
  e: { width: 1, strokes: [[[0, 0.5], ...arc(0.5, 0.5, 0.5, 0.5, 360, 45)]] },
  g: { width: 1, strokes: [round, [[1, 0], ...arc(0.5, 1, 0.5, 0.45, 0, 150)]] },
  n: { width: 0.84, strokes: [[[0, 0], [0, 1]], [...arc(0.42, 0.42, 0.42, 0.42, 180, 360), [0.84, 1]]] },
  o: { width: 1, strokes: [round] },
  r: { width: 0.6, strokes: [[[0, 0], [0, 1]], arc(0.42, 0.42, 0.42, 0.42, 180, 305)] },
  t: { width: 0.55, strokes: [[[0.22, -0.45], ...arc(0.5, 0.72, 0.28, 0.28, 180, 75)], [[0, 0], [0.52, 0]]] },
  y: { width: 0.84, strokes: [[[0, 0], [0.43, 1]], [[0.84, 0], [0.26, 1.42]]] },
}

export interface Line {
  readonly text: string
  /** Where its base line lies, the height of a digit or small letter, the thickness of the stroke, the space between letters. */
  readonly base: number
  readonly height: number
  readonly stroke: number
  readonly space: number
}

/** How far a point is from the nearest stroke's edge, negative inside. Each line is set in the middle of the frame. */
export function distanceToText(lines: readonly Line[]): (x: number, y: number) => number {
  const segments = lines.flatMap(segmentsOf)
  return (x, y) => {
    let nearest = Number.POSITIVE_INFINITY
    for (const { fromX, fromY, alongX, alongY, half } of segments) {
      const share = ((x - fromX) * alongX + (y - fromY) * alongY) / (alongX * alongX + alongY * alongY)
      const [offX, offY] = [x - fromX - Math.min(1, Math.max(0, share)) * alongX, y - fromY - Math.min(1, Math.max(0, share)) * alongY]
      nearest = Math.min(nearest, Math.sqrt(offX * offX + offY * offY) - half)
    }
    return nearest
  }
}

function segmentsOf({ text, base, height, stroke, space }: Line) {
  const set = [...text].map((letter) => glyphs[letter]!)
  let left = -set.reduce((sum, { width }) => sum + width * height + space, -space) / 2
  return set.flatMap(({ width, strokes }) => {
    const start = left
    left += width * height + space
    return strokes.flatMap((points) =>
      points.slice(1).map(([toX, toY], at) => {
        const [x, y] = points[at]!
        return {
          fromX: start + x * height,
          fromY: base + (y - 1) * height,
          alongX: (toX - x) * height,
          alongY: (toY - y) * height,
          half: stroke / 2,
        }
      }),
    )
  })
}
