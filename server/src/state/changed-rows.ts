/** A row of derived state as it is stored; undefined deletes it. */
export type Row = readonly [table: string, key: string, value: Uint8Array | undefined]

/**
 * Which rows of a table have changed since they were last saved. A save sees all rows as they were when it began,
 * though it takes its time: a row that is about to change in between is copied first.
 */
export interface RowChanges<Key> {
  /** How many have changed. */
  readonly size: number
  /** Whether the stored row may be older than what is in memory. */
  has(key: Key): boolean
  /** To be called before a row changes. */
  touch(key: Key): void
  /** Starts a save; `take` gives its rows. */
  begin(): void
  /** The next rows of the save, at most `most`; none when it has given all. */
  take(most: number): Row[]
  /** Ends a save. After one that failed its rows count as changed again. */
  end(saved: boolean): void
}

/** By keys of any kind. */
export class ChangedRows<Key> implements RowChanges<Key> {
  readonly #encode: (key: Key) => Row
  #changed = new Set<Key>()
  #saving = new Set<Key>()
  /** Over `#saving`: begun anew, it would pass over all that have gone from it again. */
  #left = this.#saving.values()
  #copied: Row[] = []
  #all: Set<Key> = new Set()
  /** Touched last, since a save began or ended: most rows change several times in a row. */
  #last: Key | undefined

  constructor(encode: (key: Key) => Row) {
    this.#encode = encode
  }

  get size(): number {
    return this.#changed.size
  }

  has(key: Key): boolean {
    return this.#changed.has(key) || this.#all.has(key)
  }

  touch(key: Key): void {
    if (key === this.#last) return
    this.#last = key
    if (this.#saving.delete(key)) this.#copied.push(this.#encode(key))
    this.#changed.add(key)
  }

  begin(): void {
    this.#last = undefined
    this.#saving = this.#changed
    this.#left = this.#saving.values()
    this.#all = new Set(this.#saving)
    this.#changed = new Set()
  }

  take(most: number): Row[] {
    const rows = this.#copied.splice(0, most)
    while (rows.length < most) {
      const { done, value: key } = this.#left.next()
      if (done) break
      this.#saving.delete(key)
      rows.push(this.#encode(key))
    }
    return rows
  }

  end(saved: boolean): void {
    this.#last = undefined
    if (!saved) for (const key of this.#all) this.#changed.add(key)
    this.#saving.clear()
    this.#copied = []
    this.#all = new Set()
  }
}

/** A table of derived state that lives in memory and is saved behind. */
export interface KeptTable {
  readonly name: string
  readonly changes: Pick<RowChanges<never>, 'size' | 'begin' | 'take' | 'end'>
  /** Takes one stored row in, at start. Absent where rows are read when they are needed. */
  load?(key: string, value: Uint8Array): void
}
