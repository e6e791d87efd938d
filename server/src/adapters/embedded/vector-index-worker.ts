import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { readLists, writeLists } from './vector-index-file.ts'
import { InvertedFile, type InvertedFileOptions } from './vector-index-inverted.ts'
import type { FromIndex, IndexRequest, ToIndex } from './vector-index-messages.ts'

// A search that comes meanwhile waits for so long, and for one step more.
const sliceMs = 1

type Answer = FromIndex['answer']
type Change = Exclude<IndexRequest, { readonly kind: 'search' }>

const port = parentPort!
const index = new InvertedFile(workerData as InvertedFileOptions)
/** Changes under way, in their order, each carried out step by step. */
const queue: { readonly id: number; readonly steps: Generator<void, Answer> }[] = []
let closed = false
const { width } = index.blocks

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
  else attempt(id, () => ({ done: true, value: request.searches.map(({ count, query }) => index.search(query, count)) }))
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
  if (request.kind === 'save') return { items: yield* writeLists(index, request.file), lists: index.lists.count }
  if (request.kind === 'load') return yield* readLists(index, request.file, request.items, request.lists)
  for (const [at, item] of request.items.entries()) {
    if (request.kind === 'remove') index.remove(item)
    else index.upsert(item, request.values.subarray(at * width, (at + 1) * width))
    yield
  }
  return undefined
}

/** Whether a request has come to its end, which is then told. */
function attempt(id: number, step: () => IteratorResult<void, Answer>): boolean {
  try {
    const { done, value } = step()
    if (done) port.postMessage({ id, size: index.size, answer: value, failure: undefined } satisfies FromIndex)
    return done === true
  } catch (error) {
    port.postMessage({ id, size: index.size, answer: undefined, failure: (error as Error).message } satisfies FromIndex)
    return true
  }
}
