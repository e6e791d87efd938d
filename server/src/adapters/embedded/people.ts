import type { Catalog } from '../../catalog/catalog.ts'
import { OlderSeen } from '../../people/older-seen.ts'
import type { PersonState, VideoNumbers } from '../../people/person-state.ts'
import { ownRows, type RowFormat } from '../../people/row-format.ts'
import { seenExactly } from '../../people/seen.ts'
import type { PersonStore } from '../../ports/person-store.ts'
import { ChangedRows, type KeptTable } from '../../state/changed-rows.ts'

/** Where people's rows lie. */
export interface RowReader {
  get(table: string, key: string): Uint8Array | undefined
  count(table: string): number
}

interface Cached {
  readonly person: string
  readonly state: PersonState
  bytes: number
}

/** People in a bounded cache over their rows on disk. Who has changed since the last save stays in memory. */
export class EmbeddedPeople implements PersonStore {
  count: number
  readonly #rows: RowReader
  readonly #ids: Catalog['ids']
  readonly #format: RowFormat
  readonly #mostBytes: number
  /** Beyond this many bytes it looks for somebody to let go of. */
  #evictAt: number
  /** Least recently used first. */
  readonly #cache = new Map<string, Cached>()
  /** The most recently used of them: what comes next is of the same person, mostly. */
  #newest: Cached | undefined
  #bytes = 0
  readonly #people: ChangedRows<string>
  readonly #older: ChangedRows<string>
  readonly tables: readonly KeptTable[]

  constructor(rows: RowReader, ids: Catalog['ids'], cacheMb: number, format = ownRows) {
    this.#rows = rows
    this.#ids = ids
    this.#format = format
    this.#mostBytes = cacheMb * 2 ** 20
    this.#evictAt = this.#mostBytes
    this.count = rows.count('people')
    this.#people = new ChangedRows((person) => ['people', person, format.encode(this.#cache.get(person)!.state, ids)])
    this.#older = new ChangedRows((person) => ['older_seen', person, this.#cache.get(person)!.state.seen.older.row])
    this.tables = [
      { name: 'people', changes: this.#people },
      { name: 'older_seen', changes: this.#older },
    ]
  }

  read(person: string): PersonState {
    const cached = this.#cached(person)
    if (cached !== undefined) return cached.state
    const row = this.#rows.get('people', person)
    const state = this.#format.decode(row, this.#ids)
    if (row === undefined) return state
    // Most people have not seen so much that there is an older part.
    const older = state.seen.count < seenExactly ? undefined : this.#rows.get('older_seen', person)
    if (older !== undefined) state.seen.older = OlderSeen.ofRow(older)
    this.#keep(person, state)
    return state
  }

  change<Result>(person: string, apply: (state: PersonState, videos: VideoNumbers) => Result): Result {
    const state = this.read(person)
    let cached = this.#cached(person)
    if (cached === undefined) {
      this.count++
      cached = this.#keep(person, state)
    }
    this.#people.touch(person)
    const { older } = state.seen
    const result = apply(state, this.#ids)
    if (state.seen.older !== older) this.#touchOlder(person, state, older)
    const { bytes } = state
    this.#bytes += bytes - cached.bytes
    cached.bytes = bytes
    return result
  }

  /** A save that is under way is to see the filter as it was before; it is replaced as a whole, so it can be shown again. */
  #touchOlder(person: string, { seen }: PersonState, before: OlderSeen): void {
    const after = seen.older
    seen.older = before
    this.#older.touch(person)
    seen.older = after
  }

  #cached(person: string): Cached | undefined {
    if (this.#newest?.person === person) return this.#newest
    const cached = this.#cache.get(person)
    if (cached === undefined) return undefined
    this.#cache.delete(person)
    this.#cache.set(person, cached)
    this.#newest = cached
    return cached
  }

  #keep(person: string, state: PersonState): Cached {
    const cached = { person, state, bytes: state.bytes }
    this.#cache.set(person, cached)
    this.#newest = cached
    this.#bytes += cached.bytes
    if (this.#bytes > this.#evictAt) this.#evict(person)
    return cached
  }

  #evict(except: string): void {
    this.#evictAt = this.#mostBytes
    for (const [person, { bytes }] of this.#cache) {
      if (this.#bytes <= this.#mostBytes) return
      if (person === except || this.#people.has(person)) continue
      this.#cache.delete(person)
      this.#bytes -= bytes
    }
    // All that is left is not saved yet: to look through it again at every change would take longer than the change.
    if (this.#bytes > this.#mostBytes) this.#evictAt = this.#bytes + this.#mostBytes / 64
  }
}
