import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'

// Draws a CPU profile as a flame graph (Brendan Gregg): a box a function, as wide as its share of the time in which the
// thread did anything, under the one that called it. Arguments: the .cpuprofile and the .svg.
const [profileFile, svgFile] = process.argv.slice(2) as [string, string]

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly children?: readonly number[]
}

interface Frame {
  readonly name: string
  /** In µs, with all that it called. */
  time: number
  readonly calls: Map<string, Frame>
}

const width = 1_600
const rowHeight = 17
const letterWidth = 6.2
/** What would be narrower than this is left out, in px. */
const narrowest = 1

type Profile = { nodes: readonly ProfileNode[]; samples: readonly number[]; timeDeltas: readonly number[] }
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(profileFile, 'utf8')) as Profile
const byId = new Map(nodes.map((node) => [node.id, node]))
const own = new Map<number, number>()
for (const [at, id] of samples.entries()) own.set(id, (own.get(id) ?? 0) + timeDeltas[at]!)

const root: Frame = { name: 'all', time: 0, calls: new Map() }
root.time = nodes[0]!.children!.reduce((sum, id) => sum + add(byId.get(id)!, root), 0)

/** Adds a node and what it called to the frame that called it; how long it took. Calls of one function by the same are one box. */
function add({ callFrame, children = [], id }: ProfileNode, caller: Frame): number {
  const { functionName, lineNumber, url } = callFrame
  if (functionName === '(idle)') return 0
  const name = `${functionName || '(anonymous)'}${url === '' ? '' : ` ${basename(url)}:${lineNumber + 1}`}`
  const frame = caller.calls.get(name) ?? { name, time: 0, calls: new Map() }
  caller.calls.set(name, frame)
  const time = (own.get(id) ?? 0) + children.reduce((sum, child) => sum + add(byId.get(child)!, frame), 0)
  frame.time += time
  return time
}

const boxes: string[] = []
let deepest = 0
draw(root, 0, 0)

function draw({ calls, name, time }: Frame, left: number, depth: number): void {
  const wide = (time / root.time) * width
  if (wide < narrowest) return
  deepest = Math.max(deepest, depth)
  const said = name.slice(0, Math.max(0, Math.floor(wide / letterWidth) - 1))
  const hue = 10 + ((name.length * 37) % 40)
  boxes.push(
    `<g transform="translate(${left.toFixed(1)} ${depth * rowHeight})"><title>${escaped(name)}, ${((100 * time) / root.time).toFixed(1)} %</title>` +
      `<rect width="${wide.toFixed(1)}" height="${rowHeight - 1}" fill="hsl(${hue} 80% 68%)"/>${said.length < 3 ? '' : `<text x="3" y="12">${escaped(said)}</text>`}</g>`,
  )
  let at = left
  for (const frame of [...calls.values()].sort((a, b) => b.time - a.time)) {
    draw(frame, at, depth + 1)
    at += (frame.time / root.time) * width
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const size = `width="${width}" height="${(deepest + 1) * rowHeight}"`
writeFileSync(
  svgFile,
  `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="monospace" font-size="10">\n<title>Flame graph</title>\n${boxes.join('\n')}\n</svg>\n`,
)
