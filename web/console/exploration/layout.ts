import type { Stage } from './stages.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly stage: Stage
}

interface Line {
  readonly path: string
  readonly width: number
  readonly kind: Stage['kind']
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
  readonly lines: readonly Line[]
}

const box = { width: 180, height: 78 }
const gap = 56
const widest = 48

/** Boxes from left to right and lines between them, or from top to bottom where there is little room. */
export function layoutOf(stages: readonly Stage[], isNarrow: boolean): Layout {
  const through = stages.filter(({ kind }) => kind === 'new' || kind === 'bucket')
  const ends = stages.filter(({ kind }) => kind !== 'new' && kind !== 'bucket')
  const all = Math.max(1, through[0]!.videos)
  const step = isNarrow ? box.height + gap : box.width + gap
  const across = isNarrow ? 0 : box.height + 20
  const boxes = [
    ...through.map((stage, at) => placed(stage, at * step, isNarrow ? 0 : across)),
    ...ends.map((stage, at) =>
      isNarrow ? placed(stage, (through.length + at) * step - at * (gap - 16), 0) : placed(stage, through.length * step, at * across),
    ),
  ]
  const ended = sum(ends)
  const lines = through.map((_, at): Line[] => {
    if (at < through.length - 1) return [line(boxes[at]!, boxes[at + 1]!, ended + sum(through.slice(at + 1)), 'bucket')]
    return ends.map(({ kind, videos }, end) => line(boxes[at]!, boxes[through.length + end]!, videos, kind))
  })
  const last = boxes.at(-1)!
  return {
    width: isNarrow ? box.width + 120 : last.x + box.width,
    height: last.y + box.height,
    boxes,
    lines: lines.flat().filter(({ width }) => width > 0),
  }

  function placed(stage: Stage, along: number, aside: number): Box {
    return {
      x: isNarrow ? aside : along,
      y: isNarrow ? along : aside,
      width: isNarrow ? box.width + 40 : box.width,
      height: box.height,
      stage,
    }
  }

  function line(from: Box, to: Box, videos: number, kind: Stage['kind']): Line {
    const width = videos === 0 ? 0 : Math.max(1.5, (videos / all) * widest)
    if (!isNarrow) {
      const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2]
      const bend = (x2 - x1) / 2
      return { path: `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`, width, kind }
    }
    if (to.y - from.y <= step) return { path: `M${from.x + 60} ${from.y + from.height} V${to.y}`, width, kind }
    // Past the ends that come before.
    const [x, y1, y2] = [from.x + from.width, from.y + from.height / 2, to.y + to.height / 2]
    return { path: `M${x} ${y1} C${x + 60} ${y1} ${x + 60} ${y2} ${x} ${y2}`, width, kind }
  }
}

const sum = (stages: readonly Stage[]) => stages.reduce((total, { videos }) => total + videos, 0)
