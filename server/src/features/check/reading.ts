import type { Place } from '../../ports/event-log.ts'
import type { View } from '../language/view.ts'
import { hopsAndEver } from '../language/windows.ts'
import type { KeyPart } from '../tiles/entity-kind.ts'
import type { HeldTile } from '../tiles/held-tiles.ts'
import type { CheckOptions } from './check-features.ts'

/** What memory says of some owners, and of which records that is. */
export class Reading {
  readonly view: View
  /** By `nameOf`. */
  readonly tiles = new Map<string, HeldTile>()
  readonly owners = new Set<KeyPart>()
  /** All records before these count in the tiles, and none from `after` on. */
  readonly before: readonly Place[]
  after: readonly Place[] = []
  /** By hop, in ms, as of the end. */
  wholeSince: ReadonlyMap<number, number> = new Map()
  readonly #options: CheckOptions

  constructor(view: View, options: CheckOptions) {
    this.view = view
    this.#options = options
    this.before = options.positions()
  }

  /** In one turn: the rows that tiles are made of move when others have theirs. */
  take(owner: KeyPart): void {
    this.owners.add(owner)
    for (const tile of this.#options.tiles.tilesOf(this.view, owner, this.#options.clock.now())) this.tiles.set(nameOf(tile), tile)
  }

  end(): this {
    const { clock, positions, tiles } = this.#options
    const nowMs = clock.now()
    this.wholeSince = new Map(hopsAndEver(this.view.windows).map((hopMs) => [hopMs, tiles.wholeSince(this.view, hopMs, nowMs)]))
    this.after = positions()
    return this
  }

  /** Whether records have come while it was read. */
  get isMoved(): boolean {
    const { after, before } = this
    const isAmong = (place: Place) =>
      before.some(({ topic, partition, offset }) => topic === place.topic && partition === place.partition && offset === place.offset)
    return !after.every(isAmong)
  }
}

export const nameOf = ({ entity, hopMs, startMs }: HeldTile): string => `${hopMs} ${startMs} ${JSON.stringify(entity)}`
