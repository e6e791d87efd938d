import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ServingModel } from '../../server/src/models/serving/serving-model.ts'
import { VideoEmbedder } from '../../server/src/models/serving/video-embedder.ts'
import { Recorder } from '../../server/src/pipeline/trace.ts'
import type { VectorIndex } from '../../server/src/ports/vector-index.ts'
import { percentile } from '../percentile.ts'
import { Hangs } from './hangs.ts'
import { recallOf } from './recall.ts'

/** How the index came to hold every video, at the start. */
export interface Filled {
  /** Vectors that it did not have before. */
  readonly added: number
  readonly seconds: number
  /** By which the process has grown meanwhile. */
  readonly bytes: number
}

export interface StageTimes {
  readonly [stage: string]: { readonly p50: number; readonly p99: number }
}

/** What is asked of a server beside what all benchmarks ask. */
export interface InsideAnswers {
  /** Answers when it is. */
  filled: Filled
  /** Without what is garbage. */
  residentBytes: number
  watchStages: undefined
  /** Since they were watched, in ms. */
  stageTimes: StageTimes
  /** Of the nearest 1,000 to the people who came last, the share that is found. */
  recall: number
  /** The next request that is ranked hangs its thread. */
  hangRanker: undefined
  endHang: undefined
}

const peopleKept = 50
const nearest = 1_000

/** Looks at what the doors of a server don't show; to be called before it is started. */
export function lookInside(): { readonly [Name in keyof InsideAnswers]: () => InsideAnswers[Name] | Promise<InsideAnswers[Name]> } {
  const hangs = new Hangs()
  const stages = stageTimes()
  const people: Float32Array[] = []
  let index: VectorIndex | undefined
  const { personVector } = ServingModel.prototype
  ServingModel.prototype.personVector = async function (...given) {
    const vector = await personVector.apply(this, given)
    index = this.index
    people.push(vector)
    if (people.length > peopleKept) people.shift()
    return vector
  }
  const filled = Promise.withResolvers<Filled>()
  const { fill } = VideoEmbedder.prototype
  VideoEmbedder.prototype.fill = async function (...given) {
    const [bytes, changes, ms] = [residentBytes(), this.changes, performance.now()]
    await fill.apply(this, given)
    const seconds = (performance.now() - ms) / 1_000
    filled.resolve({ added: this.changes - changes, seconds, bytes: residentBytes() - bytes })
  }
  return {
    filled: () => filled.promise,
    residentBytes,
    watchStages: () => void stages.clear(),
    stageTimes: () =>
      Object.fromEntries(Array.from(stages, ([name, ms]) => [name, { p50: percentile(ms, 0.5), p99: percentile(ms, 0.99) }])),
    recall: () => recallOf(index!, people, nearest),
    hangRanker: () => void hangs.hangNext(),
    endHang: () => void hangs.end(),
  }
}

/** How long each stage took, in ms, by its name. */
function stageTimes(): Map<string, number[]> {
  const times = new Map<string, number[]>()
  const { went } = Recorder.prototype
  Recorder.prototype.went = function (kind, name, started, ...rest) {
    const took = performance.now() - started
    const known = times.get(name)
    if (known === undefined) times.set(name, [took])
    else known.push(took)
    went.call(this, kind, name, started, ...rest)
  }
  return times
}

/** A server is not started with the flag for that. */
function residentBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage.rss()
}
