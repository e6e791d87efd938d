import { nextCapacity, resized } from '../catalog/id-table.ts'
import type { Clock } from '../clock.ts'
import { hourMs } from '../clock.ts'
import { type CounterReader, type HourlyMetric, type Metric, metrics, type WindowHours, windowsHours } from '../ports/counter-store.ts'
import { ChangedRows, type KeptTable } from '../state/changed-rows.ts'
import { ChangedSlots } from '../state/changed-slots.ts'
import { Tile, tileWidth } from './hour-tile.ts'

const width = metrics.length
const metricNumber = Object.fromEntries(metrics.map((name, number) => [name, number])) as Record<Metric, number>
const playsColumn = metricNumber.plays
/** Hours that any window reaches back to. */
const keptHours = Math.max(...windowsHours)
/** Counts stay at the largest int32, which is what the contract can say. */
const largest = 2 ** 31 - 1

export interface VideoIds {
  id(slot: number): string
  find(id: string): number
}

/** Counts of videos: in all, and by the hour for as long as a window reaches. 60 bytes a video, 60 a video and hour in which it was active. */
export class VideoCounters implements CounterReader {
  readonly #clock: Clock
  #totals = new Uint32Array(64 * width)
  readonly #hours = new Map<number, Tile>()
  /** By slot; what the feed reads for thousands of videos a request is kept dense. */
  #playsToday = new Uint32Array(64)
  #longViewsEver = new Uint32Array(64)
  readonly #windows = new Map<WindowHours, Tile>(windowsHours.map((hours) => [hours, new Tile()]))
  /** The newest hour that the windows cover. */
  #head = 0
  readonly tables: readonly KeptTable[]
  readonly #changedTotals: ChangedSlots
  /** Keyed by hour and slot in one number. */
  readonly #changedHours: ChangedRows<number>

  constructor(clock: Clock, ids: VideoIds) {
    this.#clock = clock
    this.#changedTotals = new ChangedSlots((slot) => [
      'counters',
      ids.id(slot),
      bytesOf(this.#totals.subarray(slot * width, (slot + 1) * width)),
    ])
    this.#changedHours = new ChangedRows((key) => {
      const [hour, slot] = [Math.floor(key / 2 ** 32), key % 2 ** 32]
      const tile = this.#hours.get(hour)
      const row = tile?.rowOf(slot) ?? -1
      const value = row < 0 ? undefined : bytesOf(tile!.data.subarray(row, row + tileWidth))
      return ['hours', `${hour}/${ids.id(slot)}`, value]
    })
    this.tables = [
      {
        name: 'counters',
        changes: this.#changedTotals,
        load: (id, value) => {
          const slot = ids.find(id)
          this.reserve(slot)
          this.#totals.set(numbersOf(value, width), slot * width)
          this.#longViewsEver[slot] = this.total('longViews', slot) + this.total('untimedLongViews', slot)
        },
      },
      {
        name: 'hours',
        changes: this.#changedHours,
        load: (key, value) => {
          const [hour, id] = [Number(key.slice(0, key.indexOf('/'))), key.slice(key.indexOf('/') + 1)]
          this.#addToHour(hour, ids.find(id), numbersOf(value, tileWidth))
        },
      },
    ]
  }

  /** Adds one to each metric. `timeMs` undefined counts in all only; so does a time that no window reaches any more. */
  count(slot: number, timeMs: number | undefined, counted: readonly Metric[]): void {
    this.reserve(slot)
    this.#changedTotals.touch(slot)
    row.fill(0)
    let isHourly = false
    for (const metric of counted) {
      const number = metricNumber[metric]
      if (this.#totals[slot * width + number]! < largest) this.#totals[slot * width + number]!++
      if (number < tileWidth) {
        row[number] = 1
        isHourly = true
      }
      if (metric === 'longViews' || metric === 'untimedLongViews') this.#longViewsEver[slot]!++
    }
    if (timeMs === undefined || !isHourly) return
    this.#roll()
    const hour = Math.floor(timeMs / hourMs)
    if (hour <= this.#head - keptHours) return
    this.#changedHours.touch(hour * 2 ** 32 + slot)
    this.#addToHour(hour, slot, row)
  }

  /** Takes one from an all-time count, as an unlike does. */
  uncount(slot: number, metric: Metric): void {
    this.#changedTotals.touch(slot)
    const at = slot * width + metricNumber[metric]
    if (this.#totals[at]! > 0) this.#totals[at]!--
  }

  total(metric: Metric, slot: number): number {
    return this.#totals[slot * width + metricNumber[metric]] ?? 0
  }

  window(hours: WindowHours, metric: HourlyMetric, slot: number): number {
    return this.#windows.get(hours)!.get(slot, metricNumber[metric])
  }

  hourly(hour: number, metric: HourlyMetric, slot: number): number {
    return this.#hours.get(hour)?.get(slot, metricNumber[metric]) ?? 0
  }

  playsToday(slot: number): number {
    return this.#playsToday[slot] ?? 0
  }

  longViewsEver(slot: number): number {
    return this.#longViewsEver[slot] ?? 0
  }

  active(hours: WindowHours): Iterable<number> {
    this.#roll()
    return this.#windows.get(hours)!.slots
  }

  /** Does not mark the row as changed. */
  #addToHour(hour: number, slot: number, counts: ArrayLike<number>): void {
    let tile = this.#hours.get(hour)
    if (tile === undefined) {
      tile = new Tile()
      this.#hours.set(hour, tile)
    }
    addRow(tile, slot, counts)
    for (const [hours, sum] of this.#windows) {
      if (hour > this.#head || hour <= this.#head - hours) continue
      addRow(sum, slot, counts)
      if (hours === 24) this.#playsToday[slot]! += counts[playsColumn]!
    }
  }

  /** Moves the windows on to the running hour. */
  #roll(): void {
    const now = Math.floor(this.#clock.now() / hourMs)
    if (now <= this.#head) return
    for (const [hours, sum] of this.#windows) {
      for (const [hour, tile] of this.#hours) {
        const was = hour <= this.#head && hour > this.#head - hours
        const is = hour <= now && hour > now - hours
        if (was === is) continue
        sum.merge(tile, is ? 1 : -1)
        if (hours === 24) for (const slot of tile.slots) this.#playsToday[slot]! += (is ? 1 : -1) * tile.get(slot, playsColumn)
      }
      this.#windows.set(hours, withoutEmpty(sum))
    }
    this.#head = now
    for (const [hour, tile] of this.#hours) {
      if (hour > now - keptHours) continue
      for (const slot of tile.slots) this.#changedHours.touch(hour * 2 ** 32 + slot)
      this.#hours.delete(hour)
    }
  }

  /** Makes room for a slot; as the catalogue grows, so that no event waits for it. */
  reserve(slot: number): void {
    if ((slot + 1) * width <= this.#totals.length) return
    const capacity = Math.max(slot + 1, nextCapacity(this.#totals.length / width))
    this.#totals = resized(this.#totals, capacity * width)
    this.#playsToday = resized(this.#playsToday, capacity)
    this.#longViewsEver = resized(this.#longViewsEver, capacity)
  }
}

const row = new Uint32Array(tileWidth)

function addRow(tile: Tile, slot: number, counts: ArrayLike<number>): void {
  const start = tile.row(slot)
  for (let metric = 0; metric < tileWidth; metric++) tile.data[start + metric]! += counts[metric]!
}

/** Without the videos that have nothing left in a window, so that `active` gives the active ones. */
function withoutEmpty(sum: Tile): Tile {
  const kept = new Tile()
  for (const slot of sum.slots) {
    const row = sum.rowOf(slot)
    const counts = sum.data.subarray(row, row + tileWidth)
    if (counts.some((count) => count > 0)) addRow(kept, slot, counts)
  }
  return kept
}

function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.slice().buffer)
}

const stored = new Uint32Array(width)
const storedBytes = new Uint8Array(stored.buffer)

/** To be read before the next are asked for. */
function numbersOf(bytes: Uint8Array, count: number): Uint32Array {
  storedBytes.set(bytes)
  return stored.subarray(0, count)
}
