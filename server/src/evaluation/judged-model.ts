import { InvalidInput } from '../errors.ts'
import { readManifest } from '../models/read-manifest.ts'
import { readVideoVectors } from '../models/video-vectors.ts'
import type { Day } from './day.ts'
import type { VideoFacts } from './source-data.ts'

/** The cosine of what a model makes of two videos, by number; 0 where it does not know one. */
export type Likeness = (video: number, other: number) => number

/** A trained model that knows nothing of the day on which it is judged. */
export interface JudgedModel {
  readonly folder: string
  readonly id: string
  readonly likeness: Likeness
}

/** Refuses with `MODEL_SAW_THE_DAY` a model whose training reaches into the day, and as `readManifest` does. */
export async function readJudgedModel(folder: string, day: Day, videos: readonly VideoFacts[]): Promise<JudgedModel> {
  const { name, version, retrieval, training } = await readManifest(folder)
  const id = `${name}/${version}`
  if (training.untilMs > day.startMs) {
    const until = new Date(training.untilMs).toISOString()
    const message = `${id} has learned from what happened until ${until}, and ${day.name} begins at ${new Date(day.startMs).toISOString()}`
    throw new InvalidInput('MODEL_SAW_THE_DAY', 'model', message)
  }
  if (retrieval === null) return { folder, id, likeness: () => 0 }
  const { ids, values, width } = await readVideoVectors(folder, retrieval.videoVectors)
  const rows = new Map(ids.map((video, row) => [video, row]))
  const vectors = videos.map(({ id: video }) => {
    const row = rows.get(video)
    return row === undefined ? undefined : unit(Float32Array.from(values.subarray(row * width, (row + 1) * width)))
  })
  return { folder, id, likeness: (video, other) => dot(vectors[video], vectors[other]) }
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map((number) => number / length)
}

function dot(vector: Float32Array | undefined, other: Float32Array | undefined): number {
  if (vector === undefined || other === undefined) return 0
  let sum = 0
  for (let at = 0; at < vector.length; at++) sum += vector[at]! * other[at]!
  return sum
}
