import { hash64 } from '../server/src/hash.ts'
import type { Random } from '../server/src/random.ts'
import type { Visit } from './population.ts'
import type { Recorded } from './recorded.ts'
import { Stays } from './stays.ts'
import { type Appeal, Taste } from './taste.ts'
import type { Upload } from './uploads.ts'

/** Watches that a recorded video must have had for its quality to be one that an upload may have. */
const leastWatches = 30

/** How long somebody watches a video: the same for the same seed, person and video, whatever else was shown. */
export class Outcomes {
  readonly #taste: Taste
  readonly #stays: Stays
  readonly #appeals: Map<string, Appeal>
  readonly #seed: number

  constructor({ watches, videos }: Recorded, seed: number, random: Random) {
    this.#taste = Taste.fitted(watches, random)
    this.#stays = new Stays(watches)
    this.#appeals = new Map([...videos].map(([id, video]) => [id, { ...video, quality: this.#taste.qualityOf(id) }]))
    this.#seed = seed
  }

  /** Those of the recorded videos that many watched, in logits; of all, where none was watched by many. */
  get qualities(): readonly number[] {
    const known = this.#taste.qualities(leastWatches)
    return known.length > 0 ? known : this.#taste.qualities(1)
  }

  addUploads(uploads: readonly Upload[]): void {
    for (const upload of uploads) this.#appeals.set(upload.videoId, upload)
  }

  appealOf(videoId: string): Appeal {
    return this.#appeals.get(videoId) ?? unknown
  }

  /** In ms. */
  watchMs({ person, tasteOf }: Visit, videoId: string): number {
    const { high, low } = hash64(`${this.#seed}|${person}|${videoId}`)
    const appeal = this.appealOf(videoId)
    const long = high / 2 ** 32 < this.#taste.chance(tasteOf, appeal)
    return this.#stays.draw(appeal.lengthMs, long, low / 2 ** 32)
  }
}

/** What the log mentions and no file describes. */
const unknown: Appeal = { categories: [], lengthMs: undefined, quality: 0 }
