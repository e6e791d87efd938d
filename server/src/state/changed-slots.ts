import { nextCapacity, resized } from '../catalog/id-table.ts'
import type { Row, RowChanges } from './changed-rows.ts'

/** Bits of a slot: changed since the last save began; part of the save that runs; not given by it yet. */
const changed = 1
const inSave = 2
const toGive = 4

/** `ChangedRows` of keys that are dense numbers: a byte each, since a watch touches dozens of rows. */
export class ChangedSlots implements RowChanges<number> {
  readonly #encode: (slot: number) => Row
  #marks = new Uint8Array(64)
  #changed: number[] = []
  #saving: number[] = []
  /** Up to where `#saving` has been looked through. */
  #at = 0
  #copied: Row[] = []

  constructor(encode: (slot: number) => Row) {
    this.#encode = encode
  }

  get size(): number {
    return this.#changed.length
  }

  has(slot: number): boolean {
    return ((this.#marks[slot] ?? 0) & (changed | inSave)) !== 0
  }

  touch(slot: number): void {
    if (slot >= this.#marks.length) this.#marks = resized(this.#marks, Math.max(slot + 1, nextCapacity(this.#marks.length)))
    const marks = this.#marks[slot]!
    if ((marks & (changed | toGive)) === changed) return
    if ((marks & toGive) !== 0) this.#copied.push(this.#encode(slot))
    if ((marks & changed) === 0) this.#changed.push(slot)
    this.#marks[slot] = (marks & inSave) | changed
  }

  begin(): void {
    this.#saving = this.#changed
    this.#changed = []
    this.#at = 0
    for (const slot of this.#saving) this.#marks[slot] = inSave | toGive
  }

  take(most: number): Row[] {
    const rows = this.#copied.splice(0, most)
    while (rows.length < most && this.#at < this.#saving.length) {
      const slot = this.#saving[this.#at++]!
      if ((this.#marks[slot]! & toGive) === 0) continue
      this.#marks[slot]! &= ~toGive
      rows.push(this.#encode(slot))
    }
    return rows
  }

  end(saved: boolean): void {
    for (const slot of this.#saving) {
      if (!saved && (this.#marks[slot]! & changed) === 0) {
        this.#marks[slot]! |= changed
        this.#changed.push(slot)
      }
      this.#marks[slot]! &= changed
    }
    this.#saving = []
    this.#copied = []
  }
}
