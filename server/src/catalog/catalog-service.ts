import type { Clock } from '../clock.ts'
import { encoded } from '../encoded.ts'
import { NotFound, VireoError } from '../errors.ts'
import { checkId } from '../events/validate.ts'
import { ControlRecord, VideoRecord } from '../generated/vireo/record/v1/records.ts'
import { type PutVideosResponse, type RefusedVideo, type Video, VideoState, type VideoStats } from '../generated/vireo/v1/catalog.ts'
import type { CounterReader } from '../ports/counter-store.ts'
import type { Entry, Ledger } from '../state/ledger.ts'
import type { Catalog } from './catalog.ts'
import { checkVideo } from './check-video.ts'

export interface CatalogServiceParts {
  readonly catalog: Catalog
  readonly counters: CounterReader
  readonly ledger: Ledger
  readonly clock: Clock
  /** Bytes. */
  readonly idLength: number
  /** Where other servers change videos too: holds them off, and knows of all that they have changed. */
  readonly alone?: (signal: AbortSignal) => Promise<AsyncDisposable>
}

/** Adds, shows and removes videos. */
export class CatalogService {
  readonly #parts: CatalogServiceParts
  /** Of videos whose change is on its way to the log: when it is there. */
  readonly #underWay = new Map<string, Promise<unknown>>()

  constructor(parts: CatalogServiceParts) {
    this.#parts = parts
  }

  async put(videos: readonly Video[], signal: AbortSignal): Promise<PutVideosResponse> {
    const { catalog, clock, idLength } = this.#parts
    const refused: RefusedVideo[] = []
    const accepted: Video[] = []
    for (const [index, video] of videos.entries()) {
      try {
        checkVideo(video, idLength, catalog)
        accepted.push(video)
      } catch (error) {
        if (!(error instanceof VireoError)) throw error
        refused.push({ index, code: error.code, field: error.field ?? '', message: error.message })
      }
    }
    const ids = accepted.map(({ videoId }) => videoId)
    await this.#writeInTurn(ids, signal, () => accepted.map((video) => entryOf(this.#complete(video), clock.now())))
    return { accepted: accepted.length, refused }
  }

  async get(videoId: string): Promise<{ video: Video; stats: VideoStats }> {
    const { catalog, counters } = this.#parts
    const slot = this.#find(videoId)
    const stats: VideoStats = {
      videoId,
      watchCount: counters.total('watched10s', slot),
      recCount: counters.total('served', slot),
      finishCount: counters.total('finishes', slot),
      likeCount: counters.total('likes', slot) + counters.total('untimedLikes', slot),
      shareCount: counters.total('shares', slot),
      skipCount: counters.total('skips', slot),
    }
    return { video: catalog.video(slot), stats }
  }

  /** Takes down, restores or removes; in force when it resolves. `by` says who. */
  async changeState(videoId: string, state: VideoState, reason: string, signal: AbortSignal, by = ''): Promise<void> {
    const { catalog, clock } = this.#parts
    const slot = this.#find(videoId)
    const timeMs = clock.now()
    const change = ControlRecord.fromPartial({ timeMs, change: { $case: 'stateChange', value: { videoId, state, reason, by } } })
    await this.#writeInTurn([videoId], signal, () => [
      entryOf({ ...catalog.video(slot), state }, timeMs),
      { topic: 'control', key: videoId, timeMs, value: encoded(ControlRecord, change), message: change },
    ])
  }

  /** Changes of one video are made one after the other: each is based on what the one before has left. */
  async #writeInTurn(ids: readonly string[], signal: AbortSignal, entries: () => readonly Entry[]): Promise<void> {
    if (ids.length === 0) return
    for (;;) {
      const earlier = ids.flatMap((id) => this.#underWay.get(id) ?? [])
      if (earlier.length === 0) break
      await Promise.allSettled(earlier)
    }
    const written = this.#write(entries, signal)
    for (const id of ids) this.#underWay.set(id, written)
    try {
      await written
    } finally {
      for (const id of ids) this.#underWay.delete(id)
    }
  }

  async #write(entries: () => readonly Entry[], signal: AbortSignal): Promise<void> {
    const { alone, ledger } = this.#parts
    await using _ = await alone?.(signal)
    await ledger.write(entries(), signal)
  }

  /** What a new version leaves unsaid: a state stays, and putting a video again does not lift a takedown. */
  #complete(video: Video): Video {
    const { catalog, clock } = this.#parts
    const slot = catalog.ids.find(video.videoId)
    const known = slot < 0 ? VideoState.VIDEO_STATE_UNSPECIFIED : (catalog.columns.state[slot] as VideoState)
    const isRemoved = known === VideoState.VIDEO_STATE_REMOVED
    const keeps = known === VideoState.VIDEO_STATE_TAKEN_DOWN || (video.state === VideoState.VIDEO_STATE_UNSPECIFIED && !isRemoved)
    const uploadTime = video.uploadTime ?? { seconds: BigInt(Math.floor(clock.now() / 1000)), nanos: 0 }
    const state = keeps ? known : video.state
    return { ...video, uploadTime, state: state === VideoState.VIDEO_STATE_UNSPECIFIED ? VideoState.VIDEO_STATE_PENDING : state }
  }

  #find(videoId: string): number {
    const { catalog, idLength } = this.#parts
    checkId('video_id', videoId, idLength)
    const slot = catalog.ids.find(videoId)
    if (slot < 0) throw new NotFound('UNKNOWN_VIDEO', 'video_id', `There is no video '${videoId}'`)
    return slot
  }
}

function entryOf(video: Video, timeMs: number): Entry {
  const record: VideoRecord = { video, timeMs }
  return { topic: 'catalog', key: video.videoId, timeMs, value: encoded(VideoRecord, record), message: record }
}
