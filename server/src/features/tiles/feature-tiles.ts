import { minuteMs } from '../../clock.ts'
import type { EventRecord, SlateRecord } from '../../generated/vireo/record/v1/records.ts'
import type { KeptTable } from '../../state/changed-rows.ts'
import { canonicalAggregations, json } from '../language/canonical.ts'
import type { View } from '../language/view.ts'
import { everMs } from '../language/windows.ts'
import type { ServedItem } from '../streams/stream.ts'
import { CachedOwners, type StoredRows } from './cached-owners.ts'
import { ClosedDaysTable } from './closed-days.ts'
import { EntityKind, joined } from './entity-kind.ts'
import { type HeldTile, heldTiles, heldTilesOf } from './held-tiles.ts'
import type { Levels } from './levels.ts'
import { type ChangedNames, type IdTable, type Owners, ResidentOwners } from './owners.ts'
import { StreamPlan } from './stream-plan.ts'
import { none } from './tile-rows.ts'
import type { ViewTiles } from './view-tiles.ts'
import { WindowReader } from './window-reader.ts'

export interface FeatureTilesOptions {
  readonly views: readonly View[]
  /** Tables of ids by the first part of a key: their numbers are used, and ids that are not in them do not count. */
  readonly ids?: Readonly<Record<string, IdTable>>
  /** Whose tiles are in a bounded cache over their stored rows; all others are in memory. */
  readonly personal?: { readonly owner: string; readonly rows: StoredRows; readonly cacheMb: number }
  /** Those of whom somebody else keeps tiles, by the first part of a key. */
  readonly loaded?: Readonly<Record<string, Owners>>
  /** Keep every tile as it is, however old. */
  readonly keepAll?: boolean
  /** Tiles come whole (`put`), from somebody else who counts records. */
  readonly whole?: boolean
}

/** A view with its tiles. */
interface Kept {
  readonly tiles: ViewTiles
  readonly kind: EntityKind
  readonly owners: Owners
}

/**
 * Tiles of views, from records as they come. Duplicates are for the caller to leave out. Rows lie in lists of an
 * entity's, newest first, of the shortest hop that still matters at their age, and are folded into longer ones as they
 * grow older: so an event is added once, and a tile of any hop is a sum of rows.
 *
 * Or from tiles as somebody else has them. Then a row is a tile of some hop, as it came last: in whatever order tiles
 * of several hops come, and however often, the rows are the same. Of each time those of one hop count, as above;
 * shorter ones go, and days become one row when nothing of them is to come any more.
 */
export class FeatureTiles {
  readonly tables: readonly KeptTable[]
  readonly #owners = new Map<string, Owners>()
  readonly #kept = new Map<View, Kept>()
  readonly #ofEvents: StreamPlan<EventRecord>[] = []
  readonly #ofServed: StreamPlan<ServedItem>[] = []
  readonly #levels = new Set<Levels>()
  readonly #keepAll: boolean
  /** Where the sweep goes on, an owner of one of `#owners`, and how many it has before it. */
  #sweep = { owners: 0, owner: 0, left: 0 }

  constructor({ views, ids = {}, personal, loaded = {}, keepAll = false, whole = false }: FeatureTilesOptions) {
    this.#keepAll = keepAll
    const days = whole ? new ClosedDaysTable() : undefined
    const kinds = new Map<string, EntityKind>()
    for (const [stream, own] of Map.groupBy(views, ({ from }) => from)) {
      const plan = new StreamPlan<never>(stream, own)
      if (stream.source === 'events') this.#ofEvents.push(plan as StreamPlan<unknown> as StreamPlan<EventRecord>)
      else this.#ofServed.push(plan as StreamPlan<unknown> as StreamPlan<ServedItem>)
      for (const view of own) {
        const entity = json(Object.entries(view.entity))
        const kind = kinds.get(entity) ?? new EntityKind(view)
        kinds.set(entity, kind)
        const name = kind.names[0]!
        const owners = this.#owners.get(name) ?? loaded[name] ?? ownersOf(name, kind.isInteger, ids[name], personal)
        this.#owners.set(name, owners)
        if (!owners.kinds.includes(kind)) owners.kinds.push(kind)
        const tiles = plan.attach(view, json([canonicalAggregations(view), view.windows]), kind, owners, days?.of(view))
        this.#kept.set(view, { tiles, kind, owners })
        this.#levels.add(tiles.group.levels)
      }
    }
    this.tables = [...Array.from(this.#owners.values(), ({ table }) => table), ...(days === undefined ? [] : [days])]
  }

  /** Of events with the same person and id only the first is to come here. */
  event(event: EventRecord): void {
    for (const plan of this.#ofEvents) if ((plan.stream.takes as (event: EventRecord) => boolean)(event)) plan.add(event)
  }

  /** Of slates with the same id only the first is to come here. */
  slate(slate: SlateRecord): void {
    for (const plan of this.#ofServed) for (const [index, item] of slate.items.entries()) plan.add({ slate, item, index })
  }

  /**
   * Takes a tile as it is now, of a hop other than `everMs`, written at some time: in the order in which those of its key
   * were written. False where its owner has no place here.
   */
  put(view: View, { entity: [first, ...others], hopMs, startMs, values }: HeldTile, writtenMs: number): boolean {
    const { tiles, kind, owners } = this.#keptOf(view)
    const { added, levels, rows } = tiles.group
    const stamp = levels.stampOfWhole(hopMs, startMs)
    if (levels.isDayOfAll(stamp) && !tiles.days!.takes(startMs, writtenMs)) return true
    const sub = others.length === 0 ? undefined : joined(others)
    if (!tiles.keeps(stamp)) {
      // Who read the entity before its longer tiles took over may have read too little.
      const entity = tiles.isWatched ? kind.find(owners.find(first!), sub) : none
      if (entity >= 0) tiles.tellOf(entity)
      return true
    }
    const owner = owners.take(first!)
    if (owner < 0) return false
    added.cells.set(values)
    added.cells.fill(startMs, rows.shape.width)
    const entity = kind.take(owner, sub)
    const before = rows.count
    tiles.put(entity, stamp, added)
    if (rows.count > before) owners.added(owner, rows.bytesEach, kind.added(entity, levels.dueOf(stamp)))
    return true
  }

  /** All tiles of a view that were written before a time have been put: what is settled by that need not be told apart any more. */
  reached(view: View, writtenMs: number): void {
    this.#keptOf(view).tiles.days?.reached(writtenMs)
  }

  /**
   * Moves on to a time, and brings the rows of at most so many owners to where they belong by then, from where it stopped
   * the last time on. To be called before the first record and often after: most calls find nothing to do, and owners
   * of whom no row has to move are passed over in some ns.
   */
  expire(nowMs: number, most: number = Number.POSITIVE_INFINITY): void {
    if (this.#keepAll) return
    const all = [...this.#owners.values()]
    const sweep = this.#sweep
    let hasMoved = false
    for (const levels of this.#levels) if (levels.advance(nowMs)) hasMoved = true
    if (hasMoved) sweep.left = all.reduce((sum, { end }) => sum + end, 0)
    const minute = Math.floor(nowMs / minuteMs)
    for (let left = most; sweep.left > 0 && left > 0; ) {
      const owners = all[sweep.owners]!
      if (sweep.owner < owners.end) {
        const owner = sweep.owner++
        sweep.left--
        if (owners.due(owner) > minute) continue
        left--
        owners.fold(owner, minute)
      } else {
        sweep.owners = (sweep.owners + 1) % all.length
        sweep.owner = 0
      }
    }
  }

  reader<Name extends string>(view: View<Name>): WindowReader<Name> {
    const { tiles, kind, owners } = this.#keptOf(view)
    return new WindowReader<Name>(tiles, kind, owners)
  }

  /** Every tile of a view that is whole at a time and in memory. */
  tiles(view: View, nowMs: number): Generator<HeldTile> {
    const { tiles, kind, owners } = this.#keptOf(view)
    return heldTiles(tiles, kind, owners, (hopMs) => this.wholeSince(view, hopMs, nowMs))
  }

  /** Under whom tiles of a view are in memory, or may be: first parts of keys. */
  *ownersOf(view: View): Generator<string | number> {
    const { owners } = this.#keptOf(view)
    for (let owner = 0; owner < owners.end; owner++) {
      const name = owners.value(owner)
      if (name !== undefined) yield name
    }
  }

  /** Those of one owner, who may be on disk. */
  tilesOf(view: View, owner: string | number, nowMs: number): Generator<HeldTile> {
    const { tiles, kind, owners } = this.#keptOf(view)
    return heldTilesOf(tiles, kind, owners, owners.find(owner), (hopMs) => this.wholeSince(view, hopMs, nowMs))
  }

  /** From when on the tiles of a hop are whole, in ms; minus infinity if all are. */
  wholeSince(view: View, hopMs: number, nowMs: number): number {
    return this.#keepAll || hopMs === everMs ? Number.NEGATIVE_INFINITY : this.#keptOf(view).tiles.group.levels.wholeSince(hopMs, nowMs)
  }

  /** All tiles of an owner, as a stored row has them; undefined if there are none. `name` is the first part of their keys. */
  stored(name: string, value: string | number): Uint8Array | undefined {
    return this.#owners.get(name)?.stored(value)
  }

  /** From now on tells of owners whose tiles are about to change. */
  tell(name: string, changed: ChangedNames): void {
    this.#owners.get(name)?.tell(changed)
  }

  /** Drops everything that is kept under an owner, such as a person. */
  forget(owner: string, value: string | number): void {
    this.#owners.get(owner)?.forget(value)
  }

  #keptOf(view: View): Kept {
    const kept = this.#kept.get(view)
    if (kept === undefined) throw new RangeError(`${view.name} is not among the views that tiles are kept of`)
    return kept
  }
}

function ownersOf(name: string, isInteger: boolean, ids: IdTable | undefined, personal: FeatureTilesOptions['personal']): Owners {
  if (personal?.owner === name) return new CachedOwners(name, personal.rows, personal.cacheMb * 2 ** 20)
  return new ResidentOwners(name, isInteger, ids)
}
