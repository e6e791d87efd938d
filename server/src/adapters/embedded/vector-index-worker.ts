import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { type GraphOptions, VectorGraph } from './vector-index-graph.ts'
import type { FromIndex, IndexRequest, ToIndex } from './vector-index-messages.ts'

// A search that comes meanwhile waits for so long, and for one insertion more.
const sliceMs = 1

type Answer = FromIndex['answer']
type Change = Exclude<IndexRequest, { readonly kind: 'search' }>

const port = parentPort!
const graph = new VectorGraph(workerData as GraphOptions)
/** Changes under way, in their order, each carried out step by step. */
const queue: { readonly id: number; readonly steps: Generator<void, Answer> }[] = []
let closed = false

port.on('message', (message: ToIndex) => {
  take(message)
  do {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) take(next.message)
  } while (!closed && workForASlice())
})

function take(message: ToIndex): void {
  if (message === 'close') {
    closed = true
    port.close()
    return
  }
  const { id, request } = message
  if (request.kind !== 'search') queue.push({ id, steps: carryOut(request) })
  else attempt(id, () => ({ done: true, value: graph.search(request.query, request.count) }))
}

/** False where nothing is left to do. */
function workForASlice(): boolean {
  const until = performance.now() + sliceMs
  while (queue.length > 0 && performance.now() < until) {
    const { id, steps } = queue[0]!
    if (attempt(id, () => steps.next())) queue.shift()
  }
  return queue.length > 0
}

function* carryOut(request: Change): Generator<void, Answer> {
  if (request.kind === 'save') return graph.save(request.file)
  if (request.kind === 'load') return graph.load(request.file, request.graphBytes, request.items)
  for (const [at, item] of request.items.entries()) {
    if (request.kind === 'remove') graph.remove(item)
    else graph.upsert(item, request.values.subarray(at * graph.width, (at + 1) * graph.width))
    yield
  }
  return undefined
}

/** Whether a request has come to its end, which is then told. */
function attempt(id: number, step: () => IteratorResult<void, Answer>): boolean {
  try {
    const { done, value } = step()
    if (done) port.postMessage({ id, size: graph.size, answer: value, failure: undefined } satisfies FromIndex)
    return done === true
  } catch (error) {
    port.postMessage({ id, size: graph.size, answer: undefined, failure: (error as Error).message } satisfies FromIndex)
    return true
  }
}
