/** A row of derived state as it is stored; undefined deletes it. */
export type Row = readonly [table: string, key: string, value: Uint8Array | undefined]

/**
 * Which rows of a table have changed since they were last saved. A save sees all rows as they were when it began,
 * though it takes its time: a row that is about to change in between is copied first.
 */
export class ChangedRows<Key> {
  readonly #encode: (key: Key) => Row
  #changed = new Set<Key>()
  #saving = new Set<Key>()
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

  /** Whether the stored row may be older than what is in memory. */
  has(key: Key): boolean {
    return this.#changed.has(key) || this.#all.has(key)
  }

  /** To be called before a row changes. */
  touch(key: Key): void {
    if (key === this.#last) return
    this.#last = key
    if (this.#saving.delete(key)) this.#copied.push(this.#encode(key))
    this.#changed.add(key)
  }

  /** Starts a save; `take` gives its rows. */
  begin(): void {
    this.#last = undefined
    this.#saving = this.#changed
    this.#all = new Set(this.#saving)
    this.#changed = new Set()
  }

  /** The next rows of the save, at most `most`; none when it has given all. */
  take(most: number): Row[] {
    const rows = this.#copied.splice(0, most)
    for (const key of this.#saving) {
      if (rows.length >= most) break
      this.#saving.delete(key)
      rows.push(this.#encode(key))
    }
    return rows
  }

  /** Ends a save. After one that failed its rows count as changed again. */
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
  readonly changes: Pick<ChangedRows<never>, 'size' | 'begin' | 'take' | 'end'>
  /** Takes one stored row in, at start. Absent where rows are read when they are needed. */
  load?(key: string, value: Uint8Array): void
}
