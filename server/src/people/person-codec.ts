import type { Catalog } from '../catalog/catalog.ts'
import { encoded } from '../encoded.ts'
import { PersonRow } from '../generated/vireo/record/v1/state.ts'
import { PackedReader, PackedWriter } from './packed-numbers.ts'
import { PersonState } from './person-state.ts'

export type VideoIds = Pick<Catalog['ids'], 'high' | 'low' | 'findHash'>

/** Added to the 52 bits of a slate's key, to tell it from an event's. */
const slateKey = 2 ** 52
/** Somebody who is read will be shown a page: room for it. */
const pageLength = 16

/** Of one call at a time. */
const packed = new PackedWriter()
let slotOf = new Int32Array(1024)
let shownS = new Uint32Array(1024)

/** A person's state as it is stored: videos by the hashes of their ids, numbers as differences. */
export function encodePerson(state: PersonState, ids: VideoIds): Uint8Array {
  packed.clear()
  return encoded(PersonRow, {
    ...seenColumns(state, ids),
    ...historyColumns(state),
    ...recentColumns(state),
    marks: [...state.marks].flatMap(([kind, marks]) => Array.from(marks, ([id, time]) => ({ kind, id, time }))),
    pages: state.pages.map(({ requestId, pageNumber, timeS, place, explored }) => ({
      requestId: bytesOf(requestId),
      pageNumber,
      time: timeS,
      partition: place.partition,
      offset: place.offset,
      explored,
    })),
    impressionTime: state.impressionS,
  })
}

function seenColumns({ seen }: PersonState, { high, low }: VideoIds) {
  const { count, slots, timesS, displayed } = seen
  for (let entry = 0; entry < count; entry++) packed.fixed32(high[slots[entry]!]!)
  const seenHigh = packed.take()
  for (let entry = 0; entry < count; entry++) packed.fixed32(low[slots[entry]!]!)
  const seenLow = packed.take()
  for (let first = 0; first < count; first = endOfRun(timesS, first, count)) packed.uint32(endOfRun(timesS, first, count) - first)
  const seenRun = packed.take()
  let beforeS = 0
  for (let first = 0; first < count; first = endOfRun(timesS, first, count)) {
    packed.sint32(timesS[first]! - beforeS)
    beforeS = timesS[first]!
  }
  return { seenHigh, seenLow, seenRun, seenRunTimeDelta: packed.take(), seenDisplayed: packBits(displayed, count) }
}

function historyColumns({ history, seen }: PersonState) {
  const { count, videos, timesS, outcomes, tenths } = history.kept
  let before = 0
  for (let at = 0; at < count; at++) {
    const entry = seen.entryOf(videos[at]!)
    packed.sint32(entry - before)
    before = entry
  }
  const historySeenDelta = packed.take()
  for (let at = 0; at < count; at++) packed.sint32(timesS[at]! - seen.timesS[seen.entryOf(videos[at]!)]!)
  const historyTimeDelta = packed.take()
  for (let at = 0; at < count; at++) packed.uint32(outcomes[at]!)
  const historyOutcomes = packed.take()
  for (let at = 0; at < count; at++) packed.uint32(tenths[at]!)
  return { historySeenDelta, historyTimeDelta, historyOutcomes, historyTenths: packed.take() }
}

function recentColumns({ recentEvents, recentSlates }: PersonState) {
  recentEvents.forEach((key) => {
    packed.fixed64(key)
  })
  recentSlates.forEach((key) => {
    packed.fixed64(key + slateKey)
  })
  const eventKey = packed.take()
  const addContent = (_: number, content: number) => packed.fixed32(content)
  recentEvents.forEach(addContent)
  recentSlates.forEach(addContent)
  const eventContent = packed.take()
  let beforeS = 0
  const addTime = (_key: number, _content: number, timeS: number) => {
    packed.sint32(timeS - beforeS)
    beforeS = timeS
  }
  recentEvents.forEach(addTime)
  recentSlates.forEach(addTime)
  return { eventKey, eventContent, eventTimeDelta: packed.take() }
}

/**
 * The inverse, into a new state: without the videos that `ids` does not know. The filter of what was seen earlier is
 * stored apart, since it hardly changes.
 */
export function decodePerson(bytes: Uint8Array, ids: VideoIds, state = new PersonState()): PersonState {
  const row = PersonRow.decode(bytes)
  takeSeen(state, row, ids)
  takeHistory(state, row)
  takeRecent(state, row)
  for (const { kind, id, time } of row.marks) {
    const marks = state.marks.get(kind) ?? new Map<string, number>()
    state.marks.set(kind, marks.set(id, time))
  }
  state.pages = row.pages.map(({ requestId, pageNumber, time, partition, offset, explored }) => ({
    requestId: String(requestId.readBigInt64LE()),
    pageNumber,
    timeS: time,
    place: { topic: 'served', partition, offset },
    explored,
  }))
  state.impressionS = row.impressionTime
  return state
}

/** Leaves slots and times of what is stored in `slotOf` and `shownS`. */
function takeSeen(state: PersonState, row: PersonRow, ids: VideoIds): void {
  const { seen } = state
  const count = row.seenHigh.length / 4
  if (count > slotOf.length) {
    slotOf = new Int32Array(count * 2)
    shownS = new Uint32Array(count * 2)
  }
  const [high, low] = [new PackedReader(row.seenHigh), new PackedReader(row.seenLow)]
  for (let entry = 0; entry < count; entry++) slotOf[entry] = ids.findHash(high.fixed32(), low.fixed32())
  const [runs, deltas] = [new PackedReader(row.seenRun), new PackedReader(row.seenRunTimeDelta)]
  for (let timeS = 0, entry = 0; entry < count; ) {
    timeS += deltas.sint32()
    const end = entry + runs.uint32()
    shownS.fill(timeS, entry, end)
    entry = end
  }
  seen.reserve(count + pageLength)
  for (let entry = 0; entry < count; entry++) {
    const displayed = (row.seenDisplayed[entry >>> 3]! >>> (entry & 7)) & 1
    if (slotOf[entry]! >= 0) seen.show(slotOf[entry]!, shownS[entry]!, displayed === 1, ids)
    else state.lacks++
  }
}

function takeHistory({ history }: PersonState, row: PersonRow): void {
  const entries = new PackedReader(row.historySeenDelta)
  const times = new PackedReader(row.historyTimeDelta)
  const outcomes = new PackedReader(row.historyOutcomes)
  const tenths = new PackedReader(row.historyTenths)
  // An outcome takes a byte, most often.
  history.reserve(row.historyOutcomes.length)
  for (let entry = 0; !entries.isAtEnd; ) {
    entry += entries.sint32()
    const [timeS, done, watched] = [shownS[entry]! + times.sint32(), outcomes.uint32(), tenths.uint32()]
    if (slotOf[entry]! >= 0) history.restore(slotOf[entry]!, timeS, done, watched)
  }
}

function takeRecent({ recentEvents, recentSlates }: PersonState, row: PersonRow): void {
  const keys = new PackedReader(row.eventKey)
  const contents = new PackedReader(row.eventContent)
  const times = new PackedReader(row.eventTimeDelta)
  for (let timeS = 0; !keys.isAtEnd; ) {
    const key = keys.fixed64()
    timeS += times.sint32()
    const recent = key < slateKey ? recentEvents : recentSlates
    recent.append(key % slateKey, contents.fixed32(), timeS)
  }
}

function bytesOf(requestId: string): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(requestId))
  return bytes
}

/** Where a run of equal times ends. */
function endOfRun(timesS: Uint32Array, first: number, count: number): number {
  let end = first + 1
  while (end < count && timesS[end] === timesS[first]) end++
  return end
}

function packBits(bits: Uint8Array, count: number): Buffer {
  const packed = Buffer.alloc(Math.ceil(count / 8))
  for (let at = 0; at < count; at++) packed[at >>> 3]! |= bits[at]! << (at & 7)
  return packed
}
