import { nextCapacity } from '../catalog/id-table.ts'
import { hash64 } from '../hash.ts'

/** Most events remembered of a person; whoever sends more within the horizon has the oldest forgotten. */
const most = 16_384
/** So many that came last are moved to their places one by one; more are sorted. */
const fewUnsorted = 64

const none64 = new Float64Array(0)
const none32 = new Uint32Array(0)

export type Verdict = 'new' | 'duplicate' | 'conflict'

/**
 * Which events of one person were accepted lately, so that a second one with the same id changes nothing anywhere.
 * Kept for the horizon of accepted events and an hour: what is older is refused at the door. In columns, in the order of
 * acceptance, searched from the newest on: people by the ten thousand are kept in memory.
 */
export class RecentEvents {
  #first = 0
  #end = 0
  /** 52 bits of the id's hash. */
  #keys = none64
  /** 32 bits of the content's hash. */
  #contents = none32
  /** When it was accepted, in s since 1970. */
  #timesS = none32

  get count(): number {
    return this.#end - this.#first
  }

  judge(eventId: string, content: number): Verdict {
    if (this.count === 0) return 'new'
    const at = this.#find(eventKey(eventId))
    if (at < 0) return 'new'
    return this.#contents[at] === content ? 'duplicate' : 'conflict'
  }

  /** Takes down an event, if its id is new; whether it was. */
  admit(eventId: string, content: number, acceptedS: number, keepS: number): boolean {
    const key = eventKey(eventId)
    if (this.#find(key) >= 0) return false
    this.append(key, content, acceptedS)
    while (this.count > most || this.#timesS[this.#first]! < acceptedS - keepS) this.#first++
    return true
  }

  append(key: number, content: number, timeS: number): void {
    if (this.#end === this.#keys.length) this.#makeRoom()
    this.#keys[this.#end] = key
    this.#contents[this.#end] = content
    this.#timesS[this.#end++] = timeS
  }

  /** All that is remembered, longest ago first. */
  forEach(visit: (key: number, content: number, timeS: number) => void): void {
    for (let at = this.#first; at < this.#end; at++) visit(this.#keys[at]!, this.#contents[at]!, this.#timesS[at]!)
  }

  /** Puts them in the order of acceptance and, within a second, of their keys, whichever came first. */
  sort(): void {
    const { count } = this
    const compare = (a: number, b: number) => this.#timesS[a]! - this.#timesS[b]! || this.#keys[a]! - this.#keys[b]!
    let sorted = this.#first + 1
    while (sorted < this.#end && compare(sorted - 1, sorted) < 0) sorted++
    if (this.#end - sorted <= fewUnsorted) {
      for (let at = sorted; at < this.#end; at++) this.#sink(at)
      return
    }
    const order = Array.from({ length: count }, (_, at) => this.#first + at).sort(compare)
    const [keys, contents, timesS] = [this.#keys, this.#contents, this.#timesS]
    this.#keys = Float64Array.from(order, (at) => keys[at]!)
    this.#contents = Uint32Array.from(order, (at) => contents[at]!)
    this.#timesS = Uint32Array.from(order, (at) => timesS[at]!)
    this.#first = 0
    this.#end = count
  }

  /** Moves one to its place among those before it, which are in order. */
  #sink(at: number): void {
    const [keys, contents, timesS] = [this.#keys, this.#contents, this.#timesS]
    const [key, content, timeS] = [keys[at]!, contents[at]!, timesS[at]!]
    let to = at
    for (; to > this.#first && (timesS[to - 1]! - timeS || keys[to - 1]! - key) > 0; to--) {
      keys[to] = keys[to - 1]!
      contents[to] = contents[to - 1]!
      timesS[to] = timesS[to - 1]!
    }
    keys[to] = key
    contents[to] = content
    timesS[to] = timeS
  }

  /** Makes room for so many. */
  reserve(events: number): void {
    if (events <= this.#keys.length) return
    const [keys, contents, timesS] = [this.#keys, this.#contents, this.#timesS]
    // In one piece, as in `Seen`.
    const buffer = new ArrayBuffer(events * 16)
    this.#keys = new Float64Array(buffer, 0, events)
    this.#contents = new Uint32Array(buffer, events * 8, events)
    this.#timesS = new Uint32Array(buffer, events * 12, events)
    this.#keys.set(keys)
    this.#contents.set(contents)
    this.#timesS.set(timesS)
  }

  /** Bytes of memory, about. */
  get bytes(): number {
    return this.#keys.length * 16
  }

  /** Where a key is, or -1. */
  #find(key: number): number {
    if (this.count === 0) return -1
    const at = this.#keys.lastIndexOf(key, this.#end - 1)
    return at < this.#first ? -1 : at
  }

  #makeRoom(): void {
    if (this.#first <= this.#end / 2) {
      this.reserve(nextCapacity(Math.max(this.#end, 2)))
      return
    }
    for (const column of [this.#keys, this.#contents, this.#timesS]) column.copyWithin(0, this.#first, this.#end)
    this.#end = this.count
    this.#first = 0
  }
}

function eventKey(eventId: string): number {
  const { high, low } = hash64(eventId)
  return high * 2 ** 20 + (low >>> 12)
}
