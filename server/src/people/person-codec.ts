import type { Catalog } from '../catalog/catalog.ts'
import { encoded } from '../encoded.ts'
import { PersonRow } from '../generated/vireo/record/v1/state.ts'
import { PersonState } from './person-state.ts'

type VideoIds = Pick<Catalog['ids'], 'high' | 'low' | 'findHash'>

/** Added to the 52 bits of a slate's key, to tell it from an event's. */
const slateKey = 2 ** 52

/** A person's state as it is stored: videos by the hashes of their ids, numbers as differences. */
export function encodePerson(state: PersonState, { high, low }: VideoIds): Uint8Array {
  const { seen, history, recentEvents, recentSlates } = state
  const recent = { keys: [] as number[], contents: [] as number[], timesS: [] as number[] }
  const add = (key: number, content: number, timeS: number) => {
    recent.keys.push(key)
    recent.contents.push(content)
    recent.timesS.push(timeS)
  }
  recentEvents.forEach(add)
  recentSlates.forEach((key, content, timeS) => {
    add(key + slateKey, content, timeS)
  })
  const slots = seen.slots.subarray(0, seen.count)
  const entryOf = new Map(Array.from(slots, (slot, entry) => [slot, entry]))
  const shown = runs(seen.timesS.subarray(0, seen.count))
  const past = { videos: Array.from(history.videos.subarray(0, history.count)), timesS: history.timesS.subarray(0, history.count) }
  return encoded(PersonRow, {
    seenHigh: Array.from(slots, (slot) => high[slot]!),
    seenLow: Array.from(slots, (slot) => low[slot]!),
    seenRun: shown.map(({ length }) => length),
    seenRunTimeDelta: differences(shown.map(({ timeS }) => timeS)),
    seenDisplayed: packBits(seen.displayed.subarray(0, seen.count)),
    historySeenDelta: differences(past.videos.map((video) => entryOf.get(video)!)),
    historyTimeDelta: past.videos.map((video, at) => past.timesS[at]! - seen.timesS[entryOf.get(video)!]!),
    historyOutcomes: Array.from(history.outcomes.subarray(0, history.count)),
    historyTenths: Array.from(history.tenths.subarray(0, history.count)),
    eventKey: recent.keys,
    eventContent: recent.contents,
    eventTimeDelta: differences(recent.timesS),
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

/** The inverse. The filter of what was seen earlier is stored apart, since it hardly changes. */
export function decodePerson(bytes: Uint8Array, ids: VideoIds): PersonState {
  const row = PersonRow.decode(bytes)
  const state = new PersonState()
  const slots = row.seenHigh.map((high, entry) => ids.findHash(high, row.seenLow[entry]!))
  const times = sums(row.seenRunTimeDelta).flatMap((timeS, run) => new Array<number>(row.seenRun[run]!).fill(timeS))
  state.seen.reserve(slots.length)
  state.history.reserve(row.historySeenDelta.length)
  for (let entry = 0; entry < slots.length; entry++) {
    const slot = slots[entry]!
    const displayed = (row.seenDisplayed[entry >>> 3]! >>> (entry & 7)) & 1
    if (slot >= 0) state.seen.show(slot, times[entry]!, displayed === 1, ids)
  }
  const historyEntries = sums(row.historySeenDelta)
  for (let at = 0; at < historyEntries.length; at++) {
    const entry = historyEntries[at]!
    state.history.append(slots[entry]!, times[entry]! + row.historyTimeDelta[at]!, row.historyOutcomes[at]!, row.historyTenths[at]!)
  }
  const eventTimes = sums(row.eventTimeDelta)
  state.recentEvents.reserve(row.eventKey.findLastIndex((key) => key < slateKey) + 1)
  for (let at = 0; at < row.eventKey.length; at++) {
    const key = row.eventKey[at]!
    const recent = key < slateKey ? state.recentEvents : state.recentSlates
    recent.append(key % slateKey, row.eventContent[at]!, eventTimes[at]!)
  }
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

function bytesOf(requestId: string): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(requestId))
  return bytes
}

function differences(numbers: ArrayLike<number>): number[] {
  return Array.from(numbers, (number, at) => number - (at === 0 ? 0 : numbers[at - 1]!))
}

function sums(deltas: readonly number[]): number[] {
  let sum = 0
  return deltas.map((delta) => {
    sum += delta
    return sum
  })
}

/** Equal times in a row, counted. */
function runs(timesS: Uint32Array): { timeS: number; length: number }[] {
  const found: { timeS: number; length: number }[] = []
  for (const timeS of timesS) {
    const last = found.at(-1)
    if (last?.timeS === timeS) last.length++
    else found.push({ timeS, length: 1 })
  }
  return found
}

function packBits(bits: Uint8Array): Buffer {
  const packed = Buffer.alloc(Math.ceil(bits.length / 8))
  for (let at = 0; at < bits.length; at++) packed[at >>> 3]! |= bits[at]! << (at & 7)
  return packed
}
