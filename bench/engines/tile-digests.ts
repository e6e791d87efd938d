import { setTimeout as sleep } from 'node:timers/promises'
import { FollowedTiles, type TileRow } from '../../server/src/adapters/kafka/followed-tiles-for-tests.ts'
import type { KafkaOptions } from '../../server/src/adapters/kafka/kafka-options.ts'
import type { View } from '../../server/src/features/language/view.ts'
import { everMs } from '../../server/src/features/language/windows.ts'
import { tileColumns } from '../../server/src/features/sql/tiles-sql.ts'
import { FeatureTiles } from '../../server/src/features/tiles/feature-tiles.ts'
import { EventRecord, SlateRecord } from '../../server/src/generated/vireo/record/v1/records.ts'
import { hash64 } from '../../server/src/hash.ts'
import type { NewRecord } from '../../server/src/ports/event-log.ts'

const pollMs = 2_000

/** Of what a tile is of and its values 53 bits each: millions of tiles in little memory. */
type Digests = Map<number, number>

/** What Flink wrote: the last value of each tile. */
export class TileDigests {
  readonly #digests: ReadonlyMap<View, Digests>
  readonly #followed: FollowedTiles

  private constructor(digests: ReadonlyMap<View, Digests>, followed: FollowedTiles) {
    this.#digests = digests
    this.#followed = followed
  }

  static async open(options: KafkaOptions, views: readonly View[]): Promise<TileDigests> {
    const digests = new Map(views.map((view) => [view, new Map<number, number>()]))
    const followed = await FollowedTiles.open(options, views, (view, row) => digests.get(view)!.set(...digestsOf(view, row)))
    return new TileDigests(digests, followed)
  }

  /** Waits until the topics have what memory makes of records, at most so long; how many tiles there are, and how many still differ. */
  async compare(records: readonly NewRecord[], withinMs: number): Promise<{ readonly compared: number; readonly differing: number }> {
    const expected = new Map([...this.#digests.keys()].map((view) => [view, inMemory(view, records)]))
    const compared = [...expected.values()].reduce((total, { size }) => total + size, 0)
    for (const limitMs = performance.now() + withinMs; ; await sleep(pollMs)) {
      const differing = [...expected].reduce((total, [view, digests]) => total + differences(this.#digests.get(view)!, digests), 0)
      if (differing === 0 || performance.now() > limitMs) return { compared, differing }
    }
  }

  close(): Promise<void> {
    return this.#followed.close()
  }
}

/** Whether a record is the first with its id. */
export function firsts(): (record: NewRecord) => boolean {
  const seen = new Set<string>()
  return ({ topic, key, value }) => {
    const id = topic === 'events' ? JSON.stringify([key, EventRecord.decode(value).eventId]) : SlateRecord.decode(value).slateId
    return seen.size !== seen.add(id).size
  }
}

function differences(found: Digests, expected: Digests): number {
  let count = 0
  for (const [key, values] of expected) if (found.get(key) !== values) count++
  for (const key of found.keys()) if (!expected.has(key)) count++
  return count
}

function digestsOf(view: View, row: TileRow): readonly [key: number, values: number] {
  const columns = tileColumns(view).map(({ name }) => row[name])
  // The view and its version are the same in all of them.
  const keys = Object.keys(view.entity).length + 4
  return [digest(columns.slice(2, keys)), digest(columns.slice(keys))]
}

function inMemory(view: View, records: readonly NewRecord[]): Digests {
  const tiles = new FeatureTiles({ views: [view], keepAll: true })
  for (const { topic, value } of records) {
    if (topic === 'events') tiles.event(EventRecord.decode(value))
    else tiles.slate(SlateRecord.decode(value))
  }
  const digests: Digests = new Map()
  for (const { entity, hopMs, startMs, values } of tiles.tiles(view, 0)) {
    if (hopMs === everMs) continue
    const known = Array.from(values, (value) => (Number.isNaN(value) ? null : value))
    digests.set(digest([...entity, hopMs, startMs]), digest(known))
  }
  return digests
}

function digest(values: readonly unknown[]): number {
  const { high, low } = hash64(JSON.stringify(values))
  return (high & 0x1f_ffff) * 2 ** 32 + low
}
