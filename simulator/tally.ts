import { isNew } from './population.ts'
import type { WatchedPage } from './run-day.ts'
import { type Appeal, isLong } from './taste.ts'
import type { Upload } from './uploads.ts'

/** So often a video is to be shown in its first day. */
export const fairShare = 100

/** Sums over pages. */
export class Pages {
  count = 0
  positions = 0
  explored = 0
  longViews = 0
  watchMs = 0
  categories = 0
  degraded = 0

  add({ videos, isDegraded }: WatchedPage, appealOf: (videoId: string) => Appeal): void {
    const categories = new Set<string>()
    for (const { videoId, source, watchMs } of videos) {
      const { lengthMs, categories: own } = appealOf(videoId)
      for (const category of own) categories.add(category)
      if (source === 'bucket_flow') this.explored++
      if (isLong(watchMs, lengthMs)) this.longViews++
      this.watchMs += watchMs
    }
    this.count++
    this.positions += videos.length
    if (isDegraded) this.degraded++
    this.categories += categories.size
  }

  get longViewsPerPage(): number {
    return this.longViews / this.count
  }

  get categoriesPerPage(): number {
    return this.categories / this.count
  }

  get watchSPerPage(): number {
    return this.watchMs / 1_000 / this.count
  }
}

/** How often an upload was shown, and when for the first and the hundredth time, in ms since 1970. */
export interface Shown {
  impressions: number
  firstMs: number | undefined
  fairShareMs: number | undefined
}

/** What came of a day. */
export class Tally {
  readonly all = new Pages()
  /** Of people whom the server has never seen: the first page, and those after it. */
  readonly firstOfNew = new Pages()
  readonly laterOfNew = new Pages()
  readonly ofKnown = new Pages()
  readonly uploads: ReadonlyMap<string, Shown>
  readonly #appealOf: (videoId: string) => Appeal
  readonly #met = new Set<string>()

  constructor(uploads: readonly Upload[], appealOf: (videoId: string) => Appeal) {
    this.uploads = new Map(uploads.map(({ videoId }) => [videoId, { impressions: 0, firstMs: undefined, fairShareMs: undefined }]))
    this.#appealOf = appealOf
  }

  add(page: WatchedPage): void {
    const { person, timeMs, videos } = page
    const group = !isNew(person) ? this.ofKnown : this.#met.has(person) ? this.laterOfNew : this.firstOfNew
    this.#met.add(person)
    for (const pages of [this.all, group]) pages.add(page, this.#appealOf)
    for (const { videoId } of videos) {
      const shown = this.uploads.get(videoId)
      if (shown === undefined) continue
      shown.impressions++
      shown.firstMs ??= timeMs
      if (shown.impressions === fairShare) shown.fairShareMs = timeMs
    }
  }
}
