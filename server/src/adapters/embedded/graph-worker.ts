import { parentPort, workerData } from 'node:worker_threads'
import { VireoError } from '../../errors.ts'
import type { Graph, GraphRuntime } from '../../ports/graph-runtime.ts'
import { sharedInputs } from '../../ports/ranker.ts'
import type { GraphAnswer, GraphRequest, GraphWorkerStart, Tensors } from './graph-worker-messages.ts'

// The first run allocates what later ones use again; the next still find cold caches.
const warmUpRuns = 3

/** The life of a thread that computes a graph: opens it, warms up, then computes what it is asked until `close`. */
export async function serveGraph(runtime: GraphRuntime): Promise<void> {
  const port = parentPort!
  const { file, warmUpVideos } = workerData as GraphWorkerStart
  let graph: Graph
  const opened = await answerTo(async () => {
    graph = await runtime.open(file)
    const inputs = sharedInputs(graph.inputs, warmUpVideos)
    for (let run = 0; run < warmUpRuns; run++) await graph.run(inputs)
  })
  port.postMessage(opened)
  // With nobody who listens, the thread ends.
  if (!opened.ok) return
  port.on('message', async (request: GraphRequest) => {
    port.postMessage(await answerTo(() => (request === 'close' ? graph.close() : graph.run(request))))
    if (request === 'close') port.close()
  })
}

async function answerTo(act: () => Promise<Tensors> | Promise<void>): Promise<GraphAnswer> {
  const startedMs = performance.now()
  try {
    const outputs = (await act()) ?? {}
    return { ok: true, outputs, tookMs: performance.now() - startedMs }
  } catch (error) {
    const { message } = error as Error
    const { code, retryable } = error instanceof VireoError ? error : { code: 'GRAPH_FAILED', retryable: false }
    return { ok: false, code, message, retryable, fault: 'server' }
  }
}
