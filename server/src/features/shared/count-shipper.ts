import { setTimeout as sleep } from 'node:timers/promises'
import type { Catalog } from '../../catalog/catalog.ts'
import { type Clock, minuteMs } from '../../clock.ts'
import type { Leases } from '../../ports/leases.ts'
import type { OwnerTiles } from '../../ports/owner-tiles.ts'
import { Turns } from '../../turns.ts'
import type { FeatureTiles } from '../tiles/feature-tiles.ts'
import { feedViews } from '../views/feed-views.ts'
import { ChangedOwners } from './changed-queue.ts'
import { countsVersion, type OwnerKind, ownerKinds, rowKinds, type SharedCounts, standing } from './shared-counts.ts'
import { ShippedRows } from './shipped-rows.ts'

export interface ShipperParts {
  readonly tiles: FeatureTiles
  readonly catalog: Catalog
  readonly counts: SharedCounts
  /** Of several servers that count, one tells. */
  readonly leases: Leases
  /** Ids of the people whose tiles are stored, also of those who are not in memory. */
  readonly storedPeople: () => Iterable<string>
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/** How long changes are gathered, in ms. */
const everyMs = 50
const retryMs = 500
/** How often it says that it is there, and how long that holds, in ms. */
const standingEveryMs = 500
const standingHoldsMs = 3_000
/** Who takes over has followed the log for so long beside the one before, in ms: all that may not have been told is known to have changed. */
const overlapMs = 10_000
/** Of each turn of the event loop, in ms of work. */
const turnMs = 2
const rowsAtATime = 1_000
const ownersAtATime = 250
/** Of all there is, so many are looked at in between. */
const passAtATime = 5_000

/**
 * Tells servers that do not count what is counted, soon after it changes: the latest, many at a time. Whoever begins, and
 * whoever finds that what was told is gone, goes through all there is beside.
 */
export class CountShipper {
  readonly #parts: ShipperParts
  readonly #rows: readonly ShippedRows[]
  readonly #owners: Readonly<Record<OwnerKind, ChangedOwners>> = { person: new ChangedOwners(), surface: new ChangedOwners() }
  readonly #turns = new Turns(turnMs)
  readonly #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()
  /** From then on it knows of every change. */
  readonly #startedMs: number
  #pass: Iterator<void> | undefined
  #isWhole = false
  #asOfMs = 0
  #toldMs = Number.NEGATIVE_INFINITY
  #underWay = 0

  constructor(parts: ShipperParts) {
    this.#parts = parts
    const { catalog, counts, tiles } = parts
    this.#rows = rowKinds.map((kind) => new ShippedRows({ kind, tiles, store: counts.rows[kind], catalog }))
    this.#startedMs = parts.clock.now()
    for (const kind of ownerKinds) tiles.tell(kind, this.#owners[kind])
  }

  /** Changes that were not told yet. */
  get waiting(): number {
    const queues = [...this.#rows.map(({ changed }) => changed), ...Object.values(this.#owners)]
    return queues.reduce((sum, { waiting }) => sum + waiting, this.#underWay)
  }

  start(): void {
    // Servers of another version tell others beside.
    this.#running = this.#parts.leases.whileHeld(`counts-${countsVersion}`, (signal) => this.#tellOn(signal), this.#stop.signal)
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
    this.#pass?.return?.()
  }

  async #tellOn(signal: AbortSignal): Promise<void> {
    this.#asOfMs = 0
    while (!signal.aborted) {
      try {
        await this.tell(signal)
        await sleep(everyMs, undefined, { signal }).catch(() => undefined)
      } catch (error) {
        this.#parts.onError(error)
        await sleep(retryMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  /** What is told now is as of later than what the one before has told, whatever the clocks say. */
  async #takeOver(): Promise<void> {
    const { untilMs, isWhole } = await this.#read()
    const asOfMs = untilMs - standingHoldsMs
    this.#beginPass()
    this.#isWhole = isWhole && asOfMs > this.#startedMs + overlapMs
    this.#asOfMs = Math.max(1, asOfMs)
  }

  /** Tells what has changed until now, and goes on through all there is; to be called by the one who tells. */
  async tell(signal: AbortSignal): Promise<void> {
    if (this.#asOfMs === 0) await this.#takeOver()
    const nowMs = this.#parts.clock.now()
    this.#asOfMs = Math.max(nowMs, this.#asOfMs + 1)
    const isThrough = this.#goOn()
    for (const rows of this.#rows) {
      rows.addDue(Math.floor(nowMs / minuteMs))
      await this.#shipRows(rows, nowMs, signal)
    }
    for (const kind of ownerKinds) await this.#shipOwners(kind, signal)
    if (signal.aborted) return
    if (isThrough) this.#isWhole = true
    await this.#stand()
  }

  #shipRows(rows: ShippedRows, nowMs: number, signal: AbortSignal): Promise<void> {
    const rowOf = (entity: number) => rows.rowOf(entity, nowMs, this.#asOfMs)
    return this.#ship({ queue: rows.changed, atATime: rowsAtATime, make: rowOf, put: (batch) => rows.store.put(batch) }, signal)
  }

  #shipOwners(kind: OwnerKind, signal: AbortSignal): Promise<void> {
    const { counts, tiles } = this.#parts
    const make = (id: string): OwnerTiles => ({ id, tiles: tiles.stored(kind, id) ?? nothing, asOfMs: this.#asOfMs })
    return this.#ship({ queue: this.#owners[kind], atATime: ownersAtATime, make, put: (batch) => counts.tiles[kind].put(batch) }, signal)
  }

  /** Puts what waits in a queue; what could not be put waits again. */
  async #ship<Key, Row>({ atATime, make, put, queue }: Shipping<Key, Row>, signal: AbortSignal): Promise<void> {
    const keys = queue.takeAll()
    let at = 0
    try {
      while (at < keys.length && !signal.aborted) {
        this.#underWay = keys.length - at
        const batch: Row[] = []
        for (const key of keys.slice(at, at + atATime)) {
          const waiting = this.#turns.wait()
          if (waiting !== undefined) await waiting
          batch.push(make(key))
        }
        await put(batch)
        at += batch.length
      }
    } finally {
      this.#underWay = 0
      for (const key of keys.slice(at)) queue.add(key)
    }
  }

  /** Goes on through all there is; true if nothing of it is left. */
  #goOn(): boolean {
    if (this.#owners.person.hasLost) {
      this.#owners.person.hasLost = false
      this.#beginPass()
    }
    for (let left = passAtATime; this.#pass !== undefined && left > 0; left--) {
      if (this.#pass.next().done) this.#pass = undefined
    }
    return this.#pass === undefined
  }

  #beginPass(): void {
    this.#pass?.return?.()
    this.#pass = this.#everything()
    this.#isWhole = false
  }

  *#everything(): Generator<void> {
    const { storedPeople, tiles } = this.#parts
    for (const rows of this.#rows) {
      for (let entity = 0; entity < rows.end; entity++) {
        if (rows.has(entity)) rows.changed.add(entity)
        yield
      }
    }
    for (const surface of tiles.ownersOf(feedViews.surface.watches)) {
      this.#owners.surface.add(surface)
      yield
    }
    for (const people of [tiles.ownersOf(feedViews.person.watches), storedPeople()]) {
      for (const person of people) {
        this.#owners.person.add(person)
        yield
      }
    }
  }

  /** Says that all is told, and looks whether what was told is still there. */
  async #stand(): Promise<void> {
    const nowMs = performance.now()
    if (nowMs - this.#toldMs < standingEveryMs) return
    if (this.#toldMs > 0 && (await this.#read()).untilMs === 0) this.#beginPass()
    const asOfMs = this.#asOfMs
    await this.#parts.counts.standing.put([
      { id: standing, values: [Number(this.#isWhole)], asOfMs, validUntilMs: asOfMs + standingHoldsMs },
    ])
    this.#toldMs = nowMs
  }

  async #read(): Promise<{ readonly untilMs: number; readonly isWhole: boolean }> {
    const isWhole = new Float64Array(1)
    const [untilMs] = await this.#parts.counts.standing.gather([standing], isWhole)
    return { untilMs: untilMs!, isWhole: isWhole[0] === 1 }
  }
}

const nothing = new Uint8Array()

interface Shipping<Key, Row> {
  readonly queue: { takeAll(): readonly Key[]; add(key: Key): void }
  readonly atATime: number
  readonly make: (key: Key) => Row
  readonly put: (rows: readonly Row[]) => Promise<void>
}
