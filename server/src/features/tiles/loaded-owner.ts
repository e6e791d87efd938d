import { ChangedRows, type KeptTable } from '../../state/changed-rows.ts'
import type { EntityKind, KeyPart } from './entity-kind.ts'
import { never } from './levels.ts'
import { decodeOwner } from './owner-codec.ts'
import type { Owners } from './owners.ts'
import { none } from './tile-rows.ts'

/** The one owner that is asked about right now, such as the person of a page, as somebody else counts them. */
export class LoadedOwner implements Owners {
  readonly kinds: EntityKind[] = []
  readonly table: KeptTable
  #value: KeyPart | undefined
  #bytes: Uint8Array | undefined

  constructor(name: string) {
    this.table = { name: `tiles_${name}`, changes: new ChangedRows<number>(() => [name, '', undefined]) }
  }

  get end(): number {
    return 1
  }

  /** Turns to an owner: their tiles as a stored row has them, undefined where there are none. */
  load(value: KeyPart, bytes: Uint8Array | undefined): void {
    if (value === this.#value && bytes === this.#bytes) return
    for (const kind of this.kinds) kind.drop(0)
    this.#value = value
    this.#bytes = bytes
    if (bytes !== undefined && bytes.length > 0) decodeOwner(this.kinds, 0, bytes)
  }

  value(): KeyPart | undefined {
    return this.#value
  }

  find(value: KeyPart): number {
    return value === this.#value && this.#bytes !== undefined && this.#bytes.length > 0 ? 0 : none
  }

  stored(value: KeyPart): Uint8Array | undefined {
    return value === this.#value ? this.#bytes : undefined
  }

  /** Nothing is counted here. */
  take(): number {
    return none
  }

  tell(): void {}

  added(): void {}

  due(): number {
    return never
  }

  fold(): void {}

  forget(value: KeyPart): void {
    if (value === this.#value) this.load(value, undefined)
  }
}
