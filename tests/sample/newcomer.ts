import type { Vireo } from '../../server/src/compose.ts'
import { UserVideoEvent_EventType as Type, UserVideoEvent } from '../../server/src/generated/vireo/v1/events.ts'
import { RecsRequest } from '../../server/src/generated/vireo/v1/feed.ts'

const never = new AbortController().signal
const places = 20

/** Somebody whom nobody knows, as they page through the feed. */
export class Newcomer {
  readonly #vireo: Vireo
  readonly #person: string
  /** Of the page that was asked for last: its videos by category. */
  page = new Map<string, string[]>()

  constructor(vireo: Vireo, person: string) {
    this.#vireo = vireo
    this.#person = person
  }

  async nextPage(): Promise<void> {
    const request = RecsRequest.fromPartial({ userid: this.#person, resultPerPage: places })
    const { results } = await this.#vireo.services.feed.getVideos(request, never)
    this.page = new Map()
    for (const { videoId } of results) {
      for (const { name } of (await this.#video(videoId)).categories) this.page.set(name, [...(this.page.get(name) ?? []), videoId])
    }
  }

  /** How many of the page are in the category. */
  share(category: string): number {
    return this.page.get(category)?.length ?? 0
  }

  /** Categories with three videos or more on the page, the largest first. */
  get large(): string[] {
    return [...this.page.keys()].filter((category) => this.share(category) >= 3).sort((a, b) => this.share(b) - this.share(a))
  }

  /** Three videos of the category. */
  async finishes(category: string): Promise<void> {
    for (const id of this.#threeOf(category)) await this.#did(Type.Watch, id, (await this.#video(id)).lengthMs ?? 60_000)
  }

  async skips(category: string): Promise<void> {
    for (const id of this.#threeOf(category)) await this.#did(Type.Watch, id, 500)
  }

  async isNotInterested(category: string): Promise<void> {
    await this.#did(Type.NotInterested, this.#threeOf(category)[0]!)
  }

  #threeOf(category: string): string[] {
    return this.page.get(category)!.slice(0, 3)
  }

  async #video(id: string) {
    return (await this.#vireo.services.catalog.get(id)).video
  }

  async #did(evtType: Type, videoId: string, watchMs?: number): Promise<void> {
    const event = UserVideoEvent.create({ evtType, userid: this.#person, videoId, watchMs })
    await this.#vireo.services.events.accept([event], never)
  }
}
