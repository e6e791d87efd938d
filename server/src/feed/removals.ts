import type { Catalog } from '../catalog/catalog.ts'
import { Unavailable } from '../errors.ts'
import type { RecsResponse } from '../generated/vireo/v1/feed.ts'
import type { RemovedSet } from '../ports/removed-set.ts'

/** What was taken down is shown nowhere after this, in ms. */
const mostAgeMs = 1_000

export interface RemovalsParts {
  readonly removed: RemovedSet
  readonly catalog: Catalog
  /** How old what the catalogue says may be, in ms. */
  readonly catalogueAgeMs: () => number
}

/** Videos that are being looked up. */
export interface Lookup {
  /** By `performance.now()`. */
  readonly begunMs: number
  readonly removed: Promise<ReadonlySet<string>>
}

/** Sees to it that nothing leaves that was taken down on another server. */
export class Removals {
  readonly #parts: RemovalsParts

  constructor(parts: RemovalsParts) {
    this.#parts = parts
  }

  /**
   * The response without what was taken down. Where the removed videos can't be looked up, what the catalogue says is
   * enough as long as it is new; rejects with `REMOVALS_UNKNOWN` where it isn't. `lookup`: of just these videos, if that has begun.
   */
  async without(response: RecsResponse, lookup?: Lookup): Promise<RecsResponse> {
    const { catalog } = this.#parts
    const removed = await (lookup?.removed ?? this.#removedOf(response.results.map(({ videoId }) => videoId)))
    const results = response.results.filter(({ videoId }) => !removed.has(videoId) && catalog.columns.isCleared(catalog.ids.find(videoId)))
    return { ...response, results }
  }

  /** To be waited for later. */
  lookUp(videoIds: readonly string[]): Lookup {
    const lookup = { begunMs: performance.now(), removed: this.#removedOf(videoIds) }
    lookup.removed.catch(() => undefined)
    return lookup
  }

  async #removedOf(videoIds: readonly string[]): Promise<ReadonlySet<string>> {
    try {
      return await this.#parts.removed.among(videoIds)
    } catch (error) {
      if (this.#parts.catalogueAgeMs() < mostAgeMs) return new Set()
      const message = 'Neither the removed videos nor the log can be asked whether the page may be shown: try again in a moment'
      throw new Unavailable('REMOVALS_UNKNOWN', message, error)
    }
  }
}
