import { createHash } from 'node:crypto'
import { encoded } from '../encoded.ts'
import { DeadLetterRecord } from '../generated/vireo/record/v1/records.ts'
import { Video, VideoState } from '../generated/vireo/v1/catalog.ts'
import type { Extent, Place } from '../ports/event-log.ts'
import type { RemovedSet } from '../ports/removed-set.ts'
import { placeName } from './move-records.ts'
import type { StateRow, StateRows } from './side.ts'

const letters = 'dead_letters'
/** What is made of the records instead, as it depends on their places or lies elsewhere. */
const madeAnew = new Set(['people', 'older_seen', letters])
const videosATime = 1_000

/** A table of the state. */
export interface StateTable {
  readonly table: string
  readonly rows: number
  /** SHA-256 of its rows in order, in hex. */
  readonly checksum: string
  readonly isSame: boolean
}

export interface CopyStateParts {
  readonly from: StateRows
  readonly to: StateRows
  /** The new log: the state has all of it. */
  readonly positions: readonly Extent[]
  /** New places of records that were kept aside, by the old ones. */
  readonly letters: Readonly<Record<string, Place>>
  readonly signal: AbortSignal
}

/** Old places of records that were kept aside. */
export const letterPlaces = (from: StateRows): ReadonlySet<string> => new Set([...from.scan(letters)].map(([place]) => place))

/** Copies what everybody shares, in one commit with the positions that it reflects there. */
export function copyState({ from, letters: places, positions, signal, to }: CopyStateParts): Promise<void> {
  const rows = function* (): Generator<StateRow> {
    for (const table of sharedTables(from)) {
      for (const [key, value] of from.scan(table)) {
        signal.throwIfAborted()
        yield [table, key, value]
      }
    }
    for (const [key, value] of from.scan(letters)) {
      const place = places[key]
      if (place === undefined) continue
      const letter = { ...DeadLetterRecord.decode(value), partition: place.partition, offset: place.offset }
      yield [letters, placeName(place), encoded(DeadLetterRecord, letter)]
    }
  }
  return to.commit(
    rows(),
    positions.map(({ end, partition, topic }) => ({ topic, partition, offset: end })),
  )
}

export function checkState(from: StateRows, to: StateRows): StateTable[] {
  return sharedTables(from).map((table) => {
    const [before, after] = [digestOf(from, table), digestOf(to, table)]
    return { table, ...after, isSame: before.checksum === after.checksum && before.rows === after.rows }
  })
}

/** Videos that may not be shown go where every server looks before a page leaves. */
export async function tellRemoved(from: StateRows, removed: RemovedSet, signal: AbortSignal): Promise<void> {
  let hidden: string[] = []
  for (const [, value] of from.scan('videos')) {
    const { state, videoId } = Video.decode(value)
    if (state === VideoState.VIDEO_STATE_CLEARED || state === VideoState.VIDEO_STATE_PENDING) continue
    hidden.push(videoId)
    if (hidden.length < videosATime) continue
    signal.throwIfAborted()
    await removed.add(hidden)
    hidden = []
  }
  await removed.add(hidden)
}

const sharedTables = (rows: StateRows) => rows.tables().filter((table) => !madeAnew.has(table))

function digestOf(rows: StateRows, table: string): Pick<StateTable, 'checksum' | 'rows'> {
  const hash = createHash('sha256')
  let count = 0
  for (const [key, value] of rows.scan(table)) {
    hash.update(`${key.length} ${value.length} ${key}`).update(value)
    count++
  }
  return { rows: count, checksum: hash.digest('hex') }
}
