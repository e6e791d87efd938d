import type { Catalog } from '../catalog/catalog.ts'
import { best } from '../counters/best.ts'
import { NeighbourRow } from '../generated/vireo/record/v1/state.ts'
import type { History } from '../people/history.ts'
import { isPositive } from '../people/outcomes.ts'
import type { HistoryChange } from '../people/person-state.ts'
import type { Finding } from '../pipeline/stages.ts'
import type { CounterReader } from '../ports/counter-store.ts'
import { ChangedRows, type KeptTable } from '../state/changed-rows.ts'
import { NeighbourList } from './neighbour-list.ts'

/** Interactions before one that it counts together with. */
const pairedWith = 20
/** Neighbours kept of a video. Half of all pairs occur once and still say something, so the lists are long. */
const mostNeighbours = 1_024
/** How much a video's own and its neighbour's popularity is discounted; 0.5 for both would be the cosine. */
const ownExponent = 0.7
const neighbourExponent = 0.75

export interface WeightedVideo {
  readonly video: number
  readonly weight: number
}

/**
 * Of the people who were shown one video, how many had a long view (or a like, …) of another: counted as it happens,
 * within a person's 20 interactions before, in lists of bounded length. Item-to-item filtering (Linden, Smith and York
 * 2003), but directed: what was chosen for somebody says something even where they skipped it.
 */
export class CoWatch {
  readonly table: KeptTable
  readonly #catalog: Pick<Catalog, 'ids'>
  readonly #counters: CounterReader
  readonly #lists: (NeighbourList | undefined)[] = []
  readonly #changes: ChangedRows<number>
  /** Sums by slot, all zero between calls. */
  #sums = new Float32Array(1024)

  constructor(catalog: Pick<Catalog, 'ids'>, counters: CounterReader) {
    this.#catalog = catalog
    this.#counters = counters
    const { ids } = catalog
    this.#changes = new ChangedRows((slot) => ['neighbours', ids.id(slot), this.#encode(this.#lists[slot]!)])
    this.table = {
      name: 'neighbours',
      changes: this.#changes,
      load: (id, value) => {
        const list = new NeighbourList()
        const { high, low, count } = NeighbourRow.decode(value)
        for (const [entry, each] of count.entries()) list.append(ids.findHash(high[entry]!, low[entry]!), each)
        this.#lists[ids.find(id)] = list
      },
    }
  }

  /** Takes in a new interaction, or one that became good. */
  learn({ entries }: History, { entry, before }: HistoryChange): void {
    const isNew = before === 0
    const becameGood = isPositive(entry.outcomes) && !isPositive(before)
    if (!isNew && !becameGood) return
    const at = entries.lastIndexOf(entry)
    const first = Math.max(0, at - pairedWith)
    for (let other = first; other < entries.length; other++) {
      // Each pair counts once a person, as long as their history remembers.
      if (other !== at && entries[other]!.video === entry.video) return
    }
    for (let other = first; other < at; other++) {
      const { video, outcomes } = entries[other]!
      if (becameGood) this.#add(video, entry.video)
      if (isNew && isPositive(outcomes)) this.#add(entry.video, video)
    }
  }

  /**
   * Adds the videos most similar to the seeds by the weighted sum of similarities, best first. `factor` is what else
   * counts for a video: it decides on who is among the `most`, and is part of the score that is added; 0 leaves out.
   */
  findSimilar(seeds: readonly WeightedVideo[], most: number, finding: Finding, factor: (slot: number) => number): void {
    const touched = this.#sum(seeds)
    const sums = this.#sums
    for (const slot of touched) sums[slot]! *= this.#discount(slot) * factor(slot)
    const { low } = this.#catalog.ids
    const found = best(
      touched,
      most,
      (slot) => sums[slot]!,
      (slot) => low[slot]!,
    )
    for (const slot of found) if (sums[slot]! > 0) finding.add(slot, sums[slot]!)
    for (const slot of touched) sums[slot] = 0
  }

  /** How similar two videos are: how often they were watched together, their popularity discounted. */
  similarity(video: number, neighbour: number): number {
    const list = this.#lists[video]
    const entry = list === undefined ? -1 : list.slots.subarray(0, list.size).indexOf(neighbour)
    return entry < 0 ? 0 : list!.counts[entry]! * this.#weight(video) * this.#discount(neighbour)
  }

  #sum(seeds: readonly WeightedVideo[]): number[] {
    if (this.#sums.length < this.#catalog.ids.size) this.#sums = new Float32Array(Math.ceil(this.#catalog.ids.size * 1.25))
    const sums = this.#sums
    const touched: number[] = []
    for (const { video, weight } of seeds) {
      const list = this.#lists[video]
      if (list === undefined) continue
      const { slots, counts, size } = list
      const scale = weight * this.#weight(video)
      for (let entry = 0; entry < size; entry++) {
        const slot = slots[entry]!
        if (sums[slot] === 0) touched.push(slot)
        sums[slot]! += counts[entry]! * scale
      }
    }
    return touched
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
    const counters = this.#counters
    return power(counters.total('longViews', slot) + counters.total('untimedLongViews', slot))
  }

  #plays(slot: number): number {
    return this.#counters.total('plays', slot) + this.#counters.total('untimedPlays', slot)
  }

  /** What a count is worth when a list is full: the square of what similarity and the day's popularity make of it. */
  readonly #strength = (slot: number, count: number): number => {
    const counters = this.#counters
    const longViews = counters.total('longViews', slot) + counters.total('untimedLongViews', slot)
    const plays = counters.window(24, 'plays', slot) + this.#plays(slot) / 32
    return (count * count * (0.1 + plays)) / Math.max(1, longViews)
  }

  #encode(list: NeighbourList): Uint8Array {
    const { high, low } = this.#catalog.ids
    const slots = Array.from(list.slots.subarray(0, list.size))
    return NeighbourRow.encode({
      high: slots.map((slot) => high[slot]!),
      low: slots.map((slot) => low[slot]!),
      count: Array.from(list.counts.subarray(0, list.size)),
    }).finish()
  }
}

const powers = Float64Array.from({ length: 4_096 }, (_, count) => Math.max(1, count) ** -neighbourExponent)

function power(count: number): number {
  return powers[count] ?? count ** -neighbourExponent
}
