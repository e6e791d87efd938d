import { parentPort, workerData } from 'node:worker_threads'
import { VireoError } from '../../errors.ts'
import { feedFeatureSet } from '../../features/vector/feed-feature-set.ts'
import { loadArtifact } from '../../models/artifact.ts'
import type { ArtifactAnswer } from './artifact-client.ts'
import { onnxRuntime } from './onnx-runtime.ts'

// Loads one artifact: digests and the replay of its examples take a second that the event loop has not.
const signal = new AbortController().signal
try {
  const { distributions, folder, manifest, parity, ranking, retrieval } = await loadArtifact(workerData as string, {
    runtime: onnxRuntime,
    featureSet: feedFeatureSet,
    signal,
  })
  answer({
    distributions,
    folder,
    manifest,
    parity,
    retrieval: retrieval && { known: retrieval.trainedVideos.hashes, videoVectors: retrieval.videoVectors },
    ranking: ranking && { known: ranking.trainedVideos.hashes },
  })
} catch (error) {
  const { code, fault, field, message, retryable } = error as VireoError
  if (!(error instanceof VireoError)) throw error
  answer({ problem: { code, fault, message, retryable, ...(field !== undefined && { field }) } })
}

function answer(message: ArtifactAnswer): void {
  parentPort!.postMessage(message)
}
