import { Worker } from 'node:worker_threads'
import { type Problem, Unavailable, VireoError } from '../../errors.ts'
import type { Artifact } from '../../models/artifact.ts'
import { TrainedVideos } from '../../models/trained-videos.ts'
import type { VideoVectors } from '../../models/video-vectors.ts'

/** What the thread says: an artifact whose ids are plain numbers, or what is wrong with it. */
export type ArtifactAnswer =
  | (Pick<Artifact, 'distributions' | 'folder' | 'manifest' | 'parity'> & {
      readonly retrieval: { readonly known: BigUint64Array; readonly videoVectors: VideoVectors } | undefined
      readonly ranking: { readonly known: BigUint64Array } | undefined
    })
  | { readonly problem: Problem }

/** `loadArtifact` in a thread of its own; what it began ends by itself when the signal aborts. */
export async function loadArtifactAside(folder: string, signal: AbortSignal): Promise<Artifact> {
  signal.throwIfAborted()
  const worker = new Worker(new URL('./artifact-worker.ts', import.meta.url), { workerData: folder })
  // It is never terminated: it may be inside native code.
  worker.unref()
  const { promise, resolve, reject } = Promise.withResolvers<ArtifactAnswer>()
  const aborted = () => reject(signal.reason)
  signal.addEventListener('abort', aborted)
  worker.once('message', resolve)
  worker.once('error', reject)
  worker.once('exit', () => reject(new Unavailable('MODEL_NOT_LOADED', 'the thread that checks models has ended')))
  const answer = await promise.finally(() => signal.removeEventListener('abort', aborted))
  if ('problem' in answer) throw new VireoError(answer.problem)
  const { ranking, retrieval, ...rest } = answer
  return {
    ...rest,
    retrieval: retrieval && { trainedVideos: new TrainedVideos(retrieval.known), videoVectors: retrieval.videoVectors },
    ranking: ranking && { trainedVideos: new TrainedVideos(ranking.known) },
  }
}
