import type { KeptTable } from '../../state/changed-rows.ts'
import { ChangedSlots } from '../../state/changed-slots.ts'
import { DueMinutes } from './due-minutes.ts'
import type { EntityKind, KeyPart } from './entity-kind.ts'
import { never } from './levels.ts'
import { Names } from './names.ts'
import { decodeOwner, encodeOwner } from './owner-codec.ts'
import type { ChangedNames, Owners } from './owners.ts'
import { none } from './tile-rows.ts'

/** Where the rows of those lie who are not in memory. */
export interface StoredRows {
  get(table: string, key: string): Uint8Array | undefined
}

/** What an owner takes in memory without any row, and an entity of theirs, in bytes. */
const ownerBytes = 200
const entityBytes = 60

/** Owners in a bounded cache over their stored rows. Who has changed since the last save stays in memory. */
export class CachedOwners implements Owners {
  readonly kinds: EntityKind[] = []
  readonly table: KeptTable
  readonly #rows: StoredRows
  readonly #mostBytes: number
  /** Beyond this many bytes it looks for somebody to let go of. */
  #evictAt: number
  readonly #names = new Names()
  readonly #changes: ChangedSlots
  readonly #bytesOf: number[] = []
  readonly #due = new DueMinutes(0)
  #bytes = 0
  /** Who was asked for last: a page is of one person. */
  #newest = none
  #told: ChangedNames | undefined

  constructor(name: string, rows: StoredRows, mostBytes: number) {
    this.#rows = rows
    this.#mostBytes = mostBytes
    this.#evictAt = mostBytes
    this.#changes = new ChangedSlots((owner) => [this.table.name, String(this.value(owner)), encodeOwner(this.kinds, owner)])
    this.table = { name: `tiles_${name}`, changes: this.#changes }
  }

  get end(): number {
    return this.#names.end
  }

  /** How many bytes those in memory take. */
  get bytes(): number {
    return this.#bytes
  }

  /** How many are in memory. */
  get size(): number {
    return this.#names.size
  }

  value(owner: number): KeyPart | undefined {
    return this.#names.value(owner)
  }

  find(value: KeyPart): number {
    const cached = this.#cached(value)
    if (cached !== none) return cached
    const row = this.#rows.get(this.table.name, String(value))
    return row === undefined ? none : this.#enter(value, row)
  }

  take(value: KeyPart): number {
    const cached = this.#cached(value)
    const owner = cached === none ? this.#enter(value, this.#rows.get(this.table.name, String(value))) : cached
    this.#changes.touch(owner)
    this.#told?.add(value)
    return owner
  }

  added(owner: number, bytes: number, due: number): void {
    this.#due.lower(owner, due)
    this.#grow(owner, bytes)
    if (this.#bytes > this.#evictAt) this.#evict(owner)
  }

  due(owner: number): number {
    return this.#due.at(owner)
  }

  fold(owner: number, minute: number): void {
    this.#due.set(owner, never)
    if (this.#names.value(owner) === undefined) return
    let due = never
    for (const kind of this.kinds) due = Math.min(due, kind.fold(owner, minute))
    this.#due.set(owner, due)
    this.#weigh(owner)
  }

  forget(value: KeyPart): void {
    const owner = this.find(value)
    if (owner === none) return
    this.#changes.touch(owner)
    for (const kind of this.kinds) kind.drop(owner)
    this.#weigh(owner)
    this.#told?.add(value)
  }

  stored(value: KeyPart): Uint8Array | undefined {
    const owner = this.#cached(value)
    return owner === none ? this.#rows.get(this.table.name, String(value)) : encodeOwner(this.kinds, owner)
  }

  tell(changed: ChangedNames): void {
    this.#told = changed
  }

  #cached(value: KeyPart): number {
    if (this.#newest !== none && this.#names.value(this.#newest) === value) return this.#newest
    const owner = this.#names.find(value)
    if (owner === none) return none
    this.#names.renew(value, owner)
    this.#newest = owner
    return owner
  }

  #enter(value: KeyPart, row: Uint8Array | undefined): number {
    const owner = this.#names.intern(value)
    this.#bytesOf[owner] = 0
    this.#due.set(owner, row === undefined ? never : 0)
    if (row !== undefined) decodeOwner(this.kinds, owner, row)
    this.#weigh(owner)
    this.#newest = owner
    if (this.#bytes > this.#evictAt) this.#evict(owner)
    return owner
  }

  #weigh(owner: number): void {
    let bytes = ownerBytes
    for (const kind of this.kinds) bytes += kind.bytes(owner, entityBytes)
    this.#grow(owner, bytes - this.#bytesOf[owner]!)
  }

  #grow(owner: number, bytes: number): void {
    this.#bytesOf[owner]! += bytes
    this.#bytes += bytes
  }

  #evict(except: number): void {
    this.#evictAt = this.#mostBytes
    for (const owner of this.#names.oldestFirst()) {
      if (this.#bytes <= this.#mostBytes) return
      if (owner === except || this.#changes.has(owner)) continue
      for (const kind of this.kinds) kind.drop(owner)
      this.#grow(owner, -this.#bytesOf[owner]!)
      this.#names.release(owner)
    }
    // All that is left is not saved yet: to look through it again at every change would take longer than the change.
    if (this.#bytes > this.#mostBytes) this.#evictAt = this.#bytes + this.#mostBytes / 64
  }
}
