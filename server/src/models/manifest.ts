import { z } from 'zod'
import { hashingAlgorithm } from './hashing.ts'
import { tasks } from './tasks.ts'

export const manifestName = 'manifest.json'
/** Vouches for the manifest as the manifest does for all other files: a line as `sha256sum` writes it. */
export const manifestDigestName = 'manifest.sha256'
export const manifestFormat = 1

export const graphNames = ['person_tower', 'video_tower', 'ranker'] as const
export type GraphName = (typeof graphNames)[number]

export const precisions = ['fp32', 'fp16', 'int8'] as const
export type Precision = (typeof precisions)[number]

const whole = z.int().min(0)
const name = z.string().min(1)
const fileName = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, 'must name a file of the folder')
const feature = z.strictObject({ name, length: z.int().min(1).optional() })
const size = z
  .int()
  .min(2)
  .max(2 ** 31)
const oneHash = z.strictObject({ size, seeds: z.tuple([whole]) })
const twoHashes = z.strictObject({ size, seeds: z.tuple([whole, whole]) })
/** N is the number of videos, which graphs leave open. */
const tensor = z.strictObject({ name, type: z.enum(['float32', 'int64']), shape: z.array(z.union([whole, z.literal('N')])) })
const graph = z.strictObject({ file: fileName, inputs: z.array(tensor).min(1), outputs: z.array(tensor).min(1) })
/** Ids that training has seen often enough to know them. */
const trained = z.strictObject({ file: fileName, count: whole, leastImpressions: whole })
const training = z.strictObject({
  fromMs: whole,
  untilMs: whole,
  rows: whole,
  seed: whole,
  configuration: z.record(z.string(), z.unknown()),
})

const fields = z.strictObject({
  format: z.literal(manifestFormat),
  name,
  version: name,
  createdMs: whole,
  featureSet: name,
  personFeatures: z.array(feature),
  itemFeatures: z.array(feature),
  hashing: z.strictObject({
    algorithm: z.literal(hashingAlgorithm),
    tables: z.strictObject({
      videos: twoHashes,
      creators: oneHash,
      audios: oneHash,
      categories: oneHash,
      words: oneHash,
      surfaces: oneHash,
      devices: oneHash,
    }),
  }),
  training,
  /** The model that the metrics are from, where that is another than this one: the same, of fewer days. */
  twin: training.nullable(),
  graphs: z.partialRecord(z.enum(graphNames), z.partialRecord(z.enum(precisions), graph)),
  /** Of the towers; null without them. */
  retrieval: z
    .strictObject({
      trainedVideos: trained,
      videoVectors: z.strictObject({ ids: fileName, matrix: fileName, count: whole, width: z.int().min(1) }),
      /** Added to the dot product of a person and a video: the sum of weight × log(1 + item feature). */
      popularity: z.array(z.strictObject({ feature: name, weight: z.number() })),
    })
    .nullable(),
  /** Of the ranker; null without one. */
  ranking: z
    .strictObject({
      trainedVideos: trained,
      /** In the order of the logits. */
      tasks: z
        .array(
          z.strictObject({
            name: z.enum(tasks),
            kind: z.enum(['binary', 'watch_time']),
            positives: whole,
            /** What the graph has already done to the logit; null for times. */
            calibration: z.strictObject({ slope: z.number(), intercept: z.number() }).nullable(),
            /** In the value; 0 where it does not count. */
            weight: z.number(),
          }),
        )
        .min(1),
    })
    .nullable(),
  parity: fileName,
  /** How features were distributed in training; artifacts of before have none. */
  distributions: fileName.optional(),
  /** Relative to max(1, |x|). */
  tolerances: z.strictObject({
    fp32: z.number().positive().max(1e-5),
    fp16: z.number().positive().max(0.1),
    int8: z.number().positive().max(0.1),
  }),
  metrics: z.record(z.string(), z.number()),
  /** Of 95 %, by drawing people anew; artifacts of before have none. */
  intervals: z.record(z.string(), z.strictObject({ low: z.number(), high: z.number() })).optional(),
  files: z.record(fileName, z.strictObject({ bytes: whole, sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
})

export type Manifest = z.infer<typeof fields>
export type TensorEntry = z.infer<typeof tensor>
export type GraphEntry = z.infer<typeof graph>
export type Hashing = Manifest['hashing']
export type TrainedVideosEntry = z.infer<typeof trained>

/** What is at the root of an artifact's folder. */
export const manifestSchema = fields.superRefine((manifest, context) => {
  const wrong = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message })
  const { distributions, graphs, parity, retrieval, ranking, files } = manifest
  const trained = [retrieval, ranking].flatMap((part) => (part === null ? [] : [part.trainedVideos]))
  const vectors = retrieval === null ? [] : [retrieval.videoVectors.ids, retrieval.videoVectors.matrix]
  const named = [...trained, ...graphsOf(manifest).map(([, , graph]) => graph)].map(({ file }) => file)
  for (const file of [parity, distributions ?? [], ...vectors, ...named].flat())
    if (files[file] === undefined) wrong(['files'], `must have ${file}`)
  if (graphsOf(manifest).length === 0) wrong(['graphs'], 'must have one')
  if ((graphs.person_tower === undefined) !== (graphs.video_tower === undefined)) wrong(['graphs'], 'must have both towers or none')
  if ((graphs.video_tower === undefined) !== (retrieval === null)) wrong(['retrieval'], 'must be there where towers are, and only there')
  if ((graphs.ranker === undefined) !== (ranking === null)) wrong(['ranking'], 'must be there where a ranker is, and only there')
  for (const [at, { kind, calibration }] of (ranking?.tasks ?? []).entries())
    if ((kind === 'binary') !== (calibration !== null))
      wrong(['ranking', 'tasks', at, 'calibration'], 'must be there for binary tasks, and only for them')
  for (const { file, count } of trained)
    if (files[file]?.bytes !== 8 * count) wrong(['trainedVideos'], `must be as many hashes as ${file} has`)
  if (retrieval === null) return
  const { matrix, count, width } = retrieval.videoVectors
  if (files[matrix]?.bytes !== 2 * count * width) wrong(['retrieval', 'videoVectors'], `must be as many float16 as ${matrix} has`)
  for (const { feature } of retrieval.popularity)
    if (!manifest.itemFeatures.some(({ name }) => name === feature))
      wrong(['retrieval', 'popularity'], `must be of item features: ${feature}`)
})

/** All graphs, in the order of this file. */
export const graphsOf = ({ graphs }: Pick<Manifest, 'graphs'>): [GraphName, Precision, GraphEntry][] =>
  graphNames.flatMap((name) =>
    precisions.flatMap((precision): [GraphName, Precision, GraphEntry][] => {
      const entry = graphs[name]?.[precision]
      return entry === undefined ? [] : [[name, precision, entry]]
    }),
  )
