export interface SourceReading {
  readonly source: string
  /** Videos that people came to, those of them that were watched long, and for how long all were watched. */
  readonly shown: number
  readonly longViews: number
  readonly watchedMs: number
}

/** The pipeline has about ten; a log of another one can't make them more than this. */
const mostSources = 32

/** What each source brought of what was shown, and of what was watched. */
export class SourceShares {
  readonly #sources = new Map<string, { shown: number; longViews: number; watchedMs: number }>()

  count(source: string | undefined, isLongView: boolean, watchedMs: number): void {
    if (source === undefined) return
    let sums = this.#sources.get(source)
    if (sums === undefined) {
      if (this.#sources.size === mostSources) return
      sums = { shown: 0, longViews: 0, watchedMs: 0 }
      this.#sources.set(source, sums)
    }
    sums.shown++
    sums.longViews += Number(isLongView)
    sums.watchedMs += watchedMs || 0
  }

  read(): SourceReading[] {
    return [...this.#sources].map(([source, sums]) => ({ source, ...sums }))
  }
}
