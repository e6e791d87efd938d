import type { Catalog } from '../catalog/catalog.ts'
import type { History, HistoryChange } from '../people/history.ts'
import { isPositive } from '../people/outcomes.ts'
import type { Finding } from '../pipeline/stages.ts'
import type { CounterReader } from '../ports/counter-store.ts'
import type { KeptTable } from '../state/changed-rows.ts'
import { ChangedSlots } from '../state/changed-slots.ts'
import { threshold } from '../top.ts'
import { NeighbourList } from './neighbour-list.ts'

/** Interactions before one that it counts together with. */
const pairedWith = 10
/** Neighbours kept of a video. Half of all pairs occur once and still say something, so the lists are long. */
const mostNeighbours = 1_024
/** Seeds of one search. */
export const mostSeeds = 30
/** How much a video's own and its neighbour's popularity is discounted; 0.5 for both would be the cosine. */
const ownExponent = 0.7
const neighbourExponent = 0.75

export interface WeightedVideo {
  readonly video: number
  readonly weight: number
}

/** What an interaction with a video brings together: slots of those that get it as a neighbour, and of those that it gets. */
export interface Paired {
  readonly video: number
  readonly neighbourOf: readonly number[]
  readonly neighbours: readonly number[]
}

/** Of a new interaction, or one that became good; undefined where it brings nothing together. */
export function pairedBy({ count, videos, outcomes }: History, { at, before }: HistoryChange): Paired | undefined {
  const isNew = before === 0
  const becameGood = isPositive(outcomes[at]!) && !isPositive(before)
  if (!isNew && !becameGood) return undefined
  const video = videos[at]!
  const first = Math.max(0, at - pairedWith)
  for (let other = first; other < count; other++) {
    // Each pair counts once a person, as long as their history remembers.
    if (other !== at && videos[other] === video) return undefined
  }
  const neighbourOf: number[] = []
  const neighbours: number[] = []
  for (let other = first; other < at; other++) {
    if (becameGood) neighbourOf.push(videos[other]!)
    if (isNew && isPositive(outcomes[other]!)) neighbours.push(videos[other]!)
  }
  return { video, neighbourOf, neighbours }
}

/**
 * Of the people who were shown one video, how many had a long view (or a like, …) of another: counted as it happens,
 * within a person's 10 interactions before, in lists of bounded length. Item-to-item filtering (Linden, Smith and York
 * 2003), but directed: what was chosen for somebody says something even where they skipped it.
 */
export class CoWatch {
  readonly table: KeptTable
  readonly #catalog: Pick<Catalog, 'ids'>
  readonly #counters: CounterReader
  readonly #lists: (NeighbourList | undefined)[] = []
  readonly #changes: ChangedSlots
  /** Sums by slot, all zero between calls. */
  #sums = new Float32Array(1024)
  /** The slots that have a sum, and their scores, during a call. */
  readonly #touched = new Uint32Array(mostSeeds * mostNeighbours + 1)
  readonly #scores = new Float64Array(mostSeeds * mostNeighbours)

  constructor(catalog: Pick<Catalog, 'ids'>, counters: CounterReader) {
    this.#catalog = catalog
    this.#counters = counters
    const { ids } = catalog
    this.#changes = new ChangedSlots((slot) => ['neighbours', ids.id(slot), this.#encode(this.#lists[slot]!)])
    this.table = {
      name: 'neighbours',
      changes: this.#changes,
      load: (id, value) => {
        this.#lists[ids.find(id)] = this.#decode(value)
      },
    }
  }

  /** Takes in what one interaction has brought together. */
  learn({ neighbourOf, neighbours, video }: Paired): void {
    for (const other of neighbourOf) this.#add(other, video)
    for (const other of neighbours) this.#add(video, other)
  }

  /**
   * Adds the videos most similar to the seeds by the weighted sum of similarities, in no order. `factor` is what else
   * counts for a video: it decides on who is among the `most`, and is part of the score that is added. `leaveOut`
   * calls back with the videos that are not wanted.
   */
  findSimilar(
    seeds: readonly WeightedVideo[],
    most: number,
    finding: Finding,
    factor: (slot: number) => number,
    leaveOut: (drop: (slot: number) => void) => void,
  ): void {
    const count = this.#sum(seeds)
    const sums = this.#sums
    const touched = this.#touched
    leaveOut((slot) => {
      sums[slot] = 0
    })
    const scores = this.#scores
    for (let at = 0; at < count; at++) {
      const slot = touched[at]!
      scores[at] = sums[slot]! > 0 ? sums[slot]! * this.#discount(slot) * factor(slot) : 0
      sums[slot] = 0
    }
    const least = threshold(scores, count, most)
    const tied: number[] = []
    let left = most
    for (let at = 0; at < count; at++) {
      if (scores[at]! > least && scores[at]! > 0) {
        finding.add(touched[at]!, scores[at]!)
        left--
      } else if (scores[at] === least && least > 0) tied.push(touched[at]!)
    }
    const { low } = this.#catalog.ids
    tied.sort((a, b) => low[a]! - low[b]!)
    for (const slot of tied.slice(0, left)) finding.add(slot, least)
  }

  /** How similar two videos are: how often they were good to the same people, their popularity discounted. */
  similarity(video: number, neighbour: number): number {
    const shared = this.#lists[video]?.countOf(neighbour) ?? 0
    return shared === 0 ? 0 : shared * this.#weight(video) * this.#discount(neighbour)
  }

  /** Sums up the seeds' neighbours, whose slots it leaves in `#touched`; how many there are. */
  #sum(seeds: readonly WeightedVideo[]): number {
    if (this.#sums.length < this.#catalog.ids.size) this.#sums = new Float32Array(Math.ceil(this.#catalog.ids.size * 1.25))
    const sums = this.#sums
    const touched = this.#touched
    let count = 0
    for (const { video, weight } of seeds) {
      const list = this.#lists[video]
      if (list === undefined) continue
      const { slots, counts, size } = list
      const scale = weight * this.#weight(video)
      for (let entry = 0; entry < size; entry++) {
        const slot = slots[entry]!
        const before = sums[slot]!
        // Written in any case, and kept where it is new: a branch that nobody can predict would cost more.
        touched[count] = slot
        count += Number(before === 0)
        sums[slot] = before + counts[entry]! * scale
      }
    }
    return count
  }

  #add(video: number, neighbour: number): void {
    this.#changes.touch(video)
    let list = this.#lists[video]
    if (list === undefined) {
      list = new NeighbourList()
      this.#lists[video] = list
    }
    list.add(neighbour, this.#catalog.ids.low[neighbour]!, mostNeighbours, this.#strength)
  }

  #weight(slot: number): number {
    return Math.max(1, this.#plays(slot)) ** -ownExponent
  }

  #discount(slot: number): number {
    return power(this.#counters.longViewsEver(slot))
  }

  #plays(slot: number): number {
    return this.#counters.total('plays', slot) + this.#counters.total('untimedPlays', slot)
  }

  /** What a count is worth when a list is full: the square of what similarity and the day's popularity make of it. */
  readonly #strength = (slot: number, count: number): number => {
    const counters = this.#counters
    const plays = counters.playsToday(slot) + this.#plays(slot) / 32
    return (count * count * (0.1 + plays)) / Math.max(1, counters.longViewsEver(slot))
  }

  /** Columns of 32-bit integers: halves of the hashes of ids, counts. Protobuf would take ten times as long. */
  #encode({ size, slots, counts }: NeighbourList): Uint8Array {
    const { high, low } = this.#catalog.ids
    const row = new Uint32Array(3 * size)
    for (let entry = 0; entry < size; entry++) {
      row[entry] = high[slots[entry]!]!
      row[size + entry] = low[slots[entry]!]!
      row[2 * size + entry] = counts[entry]!
    }
    return new Uint8Array(row.buffer)
  }

  #decode(bytes: Uint8Array): NeighbourList {
    const row = new Uint32Array(bytes.length / 4)
    new Uint8Array(row.buffer).set(bytes)
    const size = row.length / 3
    const list = new NeighbourList(size)
    for (let entry = 0; entry < size; entry++) {
      list.append(this.#catalog.ids.findHash(row[entry]!, row[size + entry]!), row[2 * size + entry]!)
    }
    return list
  }
}

const powers = Float64Array.from({ length: 4_096 }, (_, count) => Math.max(1, count) ** -neighbourExponent)

function power(count: number): number {
  return powers[count] ?? count ** -neighbourExponent
}
