import { type Video, VideoState } from '../generated/vireo/v1/catalog.ts'
import { hash64 } from '../hash.ts'
import { IdTable } from './id-table.ts'
import { categoriesPerVideo, VideoColumns } from './video-columns.ts'

/** Where whole videos lie: titles and addresses are read for the winners only. */
export interface VideoTexts {
  get(videoId: string): Video | undefined
  /** The same for those who go through all: it takes the place of none that is asked for again and again. */
  getOnce?(videoId: string): Video | undefined
  put(videoId: string, video: Video): void
  /** Ids of videos whose titles have all of the words, the latest arrivals first; it may lag a few seconds behind. */
  find?(words: string, most: number, signal: AbortSignal): Promise<readonly string[]>
}

export interface VideoFacts {
  readonly creatorId: string
  /** Undefined where it is unknown. */
  readonly lengthMs: number | undefined
  readonly audioId: string
  readonly categories: string[]
}

/** Facts of videos looked up lately: most that is done is done with what others just did something with. */
const mostFacts = 10_000

/** Is told of every change: the slot, and whether the video is new. `before` runs while the old facts still stand. */
export interface CatalogObserver {
  before?(slot: number): void
  after(slot: number): void
}

/** The videos: ids at the door, slots and columns inside, texts on disk. A slot is never given away again. */
export class Catalog {
  readonly ids: IdTable
  readonly creators = withNone()
  readonly audios = withNone()
  readonly categories = withNone()
  readonly languages = withNone()
  readonly columns = new VideoColumns()
  readonly observers: CatalogObserver[] = []
  cleared = 0
  readonly #texts: VideoTexts
  readonly #countrySets: ReadonlySet<string>[] = [new Set()]
  readonly #countryNumbers = new Map<string, number>([['', 0]])
  /** By slot. */
  readonly #facts = new Map<number, VideoFacts>()
  /** Newest video of each creator, as slot + 1. */
  readonly #newestByCreator: number[] = []

  constructor(texts: VideoTexts, ids: IdTable = new IdTable()) {
    this.#texts = texts
    this.ids = ids
  }

  /** Adds a video or replaces the one with its id; its slot. */
  put(video: Video): number {
    const slot = this.take(video)
    this.#texts.put(video.videoId, video)
    return slot
  }

  /** Like `put`, for a video whose text is stored already. */
  take(video: Video): number {
    const isNew = this.ids.find(video.videoId) < 0
    const slot = this.ids.intern(video.videoId)
    const { columns } = this
    columns.reserve(slot)
    if (!isNew) for (const observer of this.observers) observer.before?.(slot)
    this.#facts.delete(slot)
    this.#setState(slot, video.state)
    columns.audio[slot] = this.audios.intern(video.audioId)
    columns.content[slot] = contentHash(video.contentUrl)
    columns.lengthMs[slot] = video.lengthMs ?? 0
    columns.uploadedS[slot] = Number(video.uploadTime?.seconds ?? 0n)
    columns.language[slot] = this.languages.intern(primaryLanguage(video.language))
    columns.countries[slot] = this.#countrySet(video.countries)
    columns.ageRating[slot] = video.ageRating
    const byConfidence = video.categories.toSorted((a, b) => (b.confidence || 1) - (a.confidence || 1))
    const strongest = [...new Set(byConfidence.map(({ name }) => name))]
    for (let at = 0; at < categoriesPerVideo; at++) {
      columns.categories[slot * categoriesPerVideo + at] = this.categories.intern(strongest[at] ?? '')
    }
    this.#setCreator(slot, this.creators.intern(video.creatorId), isNew)
    for (const observer of this.observers) observer.after(slot)
    return slot
  }

  /** The whole video, from disk. */
  video(slot: number): Video {
    return this.#whole(slot, this.#texts.get(this.ids.id(slot)))
  }

  /** The same for those who go through all videos. */
  videoOnce(slot: number): Video {
    const id = this.ids.id(slot)
    return this.#whole(slot, this.#texts.getOnce === undefined ? this.#texts.get(id) : this.#texts.getOnce(id))
  }

  #whole(slot: number, video: Video | undefined): Video {
    if (video === undefined) throw new Error(`The text of video '${this.ids.id(slot)}' is missing`)
    return video
  }

  /**
   * Videos whose titles have all of the words, of which the last may be the beginning of one: at most so many, the latest
   * arrivals. What came in the last seconds may be missing.
   */
  async titled(words: string, most: number, signal: AbortSignal): Promise<number[]> {
    const ids = (await this.#texts.find?.(words, most, signal)) ?? []
    return ids.map((id) => this.ids.find(id)).filter((slot) => slot >= 0)
  }

  /** What records carry of a video, so that their readers need to look up nothing. Not to be changed: others have the same. */
  facts(slot: number): VideoFacts {
    let facts = this.#facts.get(slot)
    if (facts === undefined) {
      facts = this.#factsOf(slot)
      if (this.#facts.size === mostFacts) this.#facts.clear()
      this.#facts.set(slot, facts)
    }
    return facts
  }

  #factsOf(slot: number): VideoFacts {
    const { columns } = this
    const categories: string[] = []
    for (let at = slot * categoriesPerVideo; at < (slot + 1) * categoriesPerVideo && columns.categories[at] !== 0; at++) {
      categories.push(this.categories.id(columns.categories[at]!))
    }
    return {
      creatorId: this.creators.id(columns.creator[slot]!),
      lengthMs: columns.lengthMs[slot] || undefined,
      audioId: this.audios.id(columns.audio[slot]!),
      categories,
    }
  }

  /** The creator's videos, newest arrival first. */
  *byCreator(creator: number): Generator<number> {
    for (let next = this.#newestByCreator[creator] ?? 0; next > 0; next = this.columns.olderByCreator[next - 1]!) yield next - 1
  }

  /** Whether a video limited to some countries may be shown in one; '' is an unknown country. */
  isAllowedIn(slot: number, country: string): boolean {
    const countries = this.columns.countries[slot]!
    return countries === 0 || this.#countrySets[countries]!.has(country)
  }

  /** Whether a video limited to these countries would make more than `most` different sets. */
  hasRoomForCountries(countries: readonly string[], most: number): boolean {
    return this.#countrySets.length < most || this.#countryNumbers.has(countries.toSorted().join())
  }

  /** The number of a language for comparison with the column; -1 for one that no video has. */
  languageNumber(language: string): number {
    return this.languages.find(primaryLanguage(language))
  }

  #setState(slot: number, state: VideoState): void {
    const { columns } = this
    if (columns.isCleared(slot)) this.cleared--
    columns.state[slot] = state === VideoState.VIDEO_STATE_UNSPECIFIED ? VideoState.VIDEO_STATE_PENDING : state
    if (columns.isCleared(slot)) this.cleared++
  }

  #setCreator(slot: number, creator: number, isNew: boolean): void {
    const { columns } = this
    if (!isNew && columns.creator[slot] === creator) return
    if (!isNew) this.#unlink(slot)
    columns.creator[slot] = creator
    columns.olderByCreator[slot] = this.#newestByCreator[creator] ?? 0
    this.#newestByCreator[creator] = slot + 1
  }

  #unlink(slot: number): void {
    const { creator, olderByCreator } = this.columns
    const of = creator[slot]!
    if (this.#newestByCreator[of] === slot + 1) {
      this.#newestByCreator[of] = olderByCreator[slot]!
      return
    }
    for (const newer of this.byCreator(of)) {
      if (olderByCreator[newer] === slot + 1) {
        olderByCreator[newer] = olderByCreator[slot]!
        return
      }
    }
  }

  #countrySet(countries: readonly string[]): number {
    const name = countries.toSorted().join()
    let number = this.#countryNumbers.get(name)
    if (number === undefined) {
      number = this.#countrySets.push(new Set(countries)) - 1
      this.#countryNumbers.set(name, number)
    }
    return number
  }
}

/** 31 bits, which JavaScript keeps in collections without a box; 0 for no address. */
function contentHash(url: string): number {
  return url === '' ? 0 : hash64(url).low >>> 1 || 1
}

/** A table in which 0 stands for none. */
function withNone(): IdTable {
  const table = new IdTable()
  table.intern('')
  return table
}

/** 'pt-BR' and 'pt' are one language to a feed. */
function primaryLanguage(tag: string): string {
  return tag.split('-', 1)[0]!.toLowerCase()
}
