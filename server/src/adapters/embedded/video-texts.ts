import QuickLRU from 'quick-lru'
import type { VideoTexts } from '../../catalog/catalog.ts'
import { encoded } from '../../encoded.ts'
import { Video } from '../../generated/vireo/v1/catalog.ts'
import { ChangedRows, type KeptTable } from '../../state/changed-rows.ts'
import type { RowReader } from './people.ts'
import type { StateDatabase } from './state-database.ts'

const cachedVideos = 20_000

/** Whole videos on disk, with those that were shown lately and those not yet saved in memory. */
export class EmbeddedVideoTexts implements VideoTexts {
  readonly table: KeptTable
  readonly #rows: RowReader & Pick<StateDatabase, 'find'>
  readonly #unsaved = new Map<string, Uint8Array>()
  readonly #changes: ChangedRows<string>
  readonly #cache = new QuickLRU<string, Video>({ maxSize: cachedVideos })

  constructor(rows: RowReader & Pick<StateDatabase, 'find'>) {
    this.#rows = rows
    this.#changes = new ChangedRows((id) => ['videos', id, this.#unsaved.get(id)])
    const changes = this.#changes
    this.table = {
      name: 'videos',
      changes: {
        get size() {
          return changes.size
        },
        begin: () => changes.begin(),
        take: (most) => changes.take(most),
        end: (saved) => {
          changes.end(saved)
          for (const id of this.#unsaved.keys()) if (!changes.has(id)) this.#unsaved.delete(id)
        },
      },
    }
  }

  /** What a stored row says. */
  read(row: Uint8Array): Video {
    return Video.decode(row)
  }

  get(videoId: string): Video | undefined {
    let video = this.#cache.get(videoId)
    if (video === undefined) {
      video = this.getOnce(videoId)
      if (video !== undefined) this.#cache.set(videoId, video)
    }
    return video
  }

  getOnce(videoId: string): Video | undefined {
    const row = this.#unsaved.get(videoId) ?? this.#rows.get('videos', videoId)
    return row && this.read(row)
  }

  find(words: string, most: number, signal: AbortSignal): Promise<readonly string[]> {
    return this.#rows.find('videos', words, most, signal)
  }

  put(videoId: string, video: Video): void {
    this.#changes.touch(videoId)
    this.#unsaved.set(videoId, encoded(Video, video))
    this.#cache.delete(videoId)
  }
}
