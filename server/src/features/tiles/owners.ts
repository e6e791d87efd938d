import type { KeptTable } from '../../state/changed-rows.ts'
import { ChangedSlots } from '../../state/changed-slots.ts'
import { DueMinutes } from './due-minutes.ts'
import type { EntityKind, KeyPart } from './entity-kind.ts'
import { never } from './levels.ts'
import { Names } from './names.ts'
import { decodeOwner, encodeOwner } from './owner-codec.ts'
import { none } from './tile-rows.ts'

/** A table of ids that somebody else keeps, and never gives a number away again. */
export interface IdTable {
  /** -1 for an id that is not in it. */
  find(id: string): number
  id(number: number): string
}

/** Is told of owners whose tiles are about to change. */
export interface ChangedNames {
  add(name: KeyPart): void
}

/** First parts of keys as numbers, with all that is kept under them. */
export interface Owners {
  readonly kinds: EntityKind[]
  readonly table: KeptTable
  /** Numbers are below this. */
  readonly end: number
  value(owner: number): KeyPart | undefined
  /** -1 for one of whom nothing is known. */
  find(value: KeyPart): number
  /** The number of an owner whose tiles are about to change; -1 for one who has no place here. */
  take(value: KeyPart): number
  /** A row of so many bytes was added to an entity, whose rows are to be folded from a minute on. */
  added(owner: number, bytes: number, due: number): void
  /** Before this minute there is nothing to fold. */
  due(owner: number): number
  /** Brings all tiles to where they belong by a minute, to which the levels have advanced. */
  fold(owner: number, minute: number): void
  /** Forgets all tiles, in the stored rows too. */
  forget(value: KeyPart): void
  /** All tiles of an owner, as a stored row has them; undefined if there are none. */
  stored(value: KeyPart): Uint8Array | undefined
  /** From now on tells of those whose tiles are about to change. */
  tell(changed: ChangedNames): void
}

/** Owners who are all in memory, numbered by a table of ids or, without one, as they come. */
export class ResidentOwners implements Owners {
  readonly kinds: EntityKind[] = []
  readonly table: KeptTable
  readonly #names = new Names()
  readonly #ids: IdTable | undefined
  readonly #changes: ChangedSlots
  readonly #due = new DueMinutes(0)
  #end = 0
  #told: ChangedNames | undefined

  constructor(name: string, isInteger: boolean, ids: IdTable | undefined) {
    this.#ids = ids
    const table = `tiles_${name}`
    this.#changes = new ChangedSlots((owner) => [table, String(this.value(owner)), encodeOwner(this.kinds, owner)])
    this.table = {
      name: table,
      changes: this.#changes,
      load: (key, bytes) => {
        const owner = this.#intern(isInteger ? Number(key) : key)
        if (owner !== none) decodeOwner(this.kinds, owner, bytes)
      },
    }
  }

  get end(): number {
    return this.#end
  }

  value(owner: number): KeyPart | undefined {
    return this.#ids === undefined ? this.#names.value(owner) : this.#ids.id(owner)
  }

  find(value: KeyPart): number {
    return this.#ids === undefined ? this.#names.find(value) : this.#ids.find(value as string)
  }

  take(value: KeyPart): number {
    const owner = this.#intern(value)
    if (owner !== none) {
      this.#changes.touch(owner)
      this.#told?.add(value)
    }
    return owner
  }

  added(owner: number, _: number, due: number): void {
    this.#due.lower(owner, due)
  }

  due(owner: number): number {
    return this.#due.at(owner)
  }

  fold(owner: number, minute: number): void {
    if (this.#ids === undefined && this.#names.value(owner) === undefined) return
    const wasEmpty = this.#isEmpty(owner)
    let due = never
    for (const kind of this.kinds) due = Math.min(due, kind.fold(owner, minute))
    this.#due.set(owner, due)
    if (!this.#isEmpty(owner)) return
    // Its stored row has to go before its number can.
    this.#due.set(owner, 0)
    if (!wasEmpty) this.#changes.touch(owner)
    else if (this.#ids !== undefined) this.#due.set(owner, never)
    else if (!this.#changes.has(owner)) this.#release(owner)
  }

  forget(value: KeyPart): void {
    const owner = this.find(value)
    if (owner === none) return
    this.#changes.touch(owner)
    for (const kind of this.kinds) kind.drop(owner)
    this.#due.set(owner, 0)
    this.#told?.add(value)
  }

  stored(value: KeyPart): Uint8Array | undefined {
    const owner = this.find(value)
    return owner === none ? undefined : encodeOwner(this.kinds, owner)
  }

  tell(changed: ChangedNames): void {
    this.#told = changed
  }

  #intern(value: KeyPart): number {
    const owner = this.#ids === undefined ? this.#names.intern(value) : this.#ids.find(value as string)
    if (owner >= this.#end) this.#end = owner + 1
    return owner
  }

  #release(owner: number): void {
    for (const kind of this.kinds) kind.drop(owner)
    this.#names.release(owner)
  }

  #isEmpty(owner: number): boolean {
    return this.kinds.every((kind) => kind.isEmpty(owner))
  }
}
