import type { LakeSink } from '../lake/sink.ts'
import type { RowFormat } from '../people/row-format.ts'
import type { EventLog, Place } from '../ports/event-log.ts'
import type { Lake } from '../ports/lake.ts'
import type { RemovedSet } from '../ports/removed-set.ts'

/** What is known of a person, as it is kept. */
export interface KeptPerson {
  readonly person: string
  readonly row: Uint8Array
  /** The filter of what was seen long ago; absent where there is none. */
  readonly older?: Uint8Array
}

/** Where people's rows lie, as whole rows. */
export interface PeopleRows {
  /** In place of what was known of them. */
  put(people: readonly KeptPerson[]): Promise<void>
  /** In the same order; undefined for those who are unknown. */
  get(people: readonly string[]): Promise<readonly (KeptPerson | undefined)[]>
  /** About how many there are. */
  count(): Promise<number>
}

/** A row of derived state; without a value: one to delete. */
export type StateRow = readonly [table: string, key: string, value: Uint8Array | undefined]

/** Derived state by table and key, and the positions of the log that it reflects. */
export interface StateRows {
  tables(): readonly string[]
  count(table: string): number
  get(table: string, key: string): Uint8Array | undefined
  /** By key. */
  scan(table: string): Iterable<readonly [key: string, value: Uint8Array]>
  commit(rows: Iterable<StateRow>, positions: readonly Place[]): Promise<void>
}

/** Trained models as files: `<model>/<version>/…` and the choices among them. */
export interface ModelFiles {
  /** Paths of all files, those last that make others count. */
  list(): Promise<readonly string[]>
  /** SHA-256 of a file, in hex; undefined where there is none. */
  digest(path: string): Promise<string | undefined>
  /** Copies a file to one of this machine. */
  fetch(path: string, into: string): Promise<void>
  /** Copies a file of this machine to its place: afterwards it is there as a whole. */
  put(path: string, from: string): Promise<void>
}

/** A text that only its owner may read, in a place of its own. */
export interface KeptText {
  read(): Promise<string | undefined>
  /** Once; the same again changes nothing. Rejects with `MIGRATION_TARGET_NOT_EMPTY` where there is another. */
  write(text: string): Promise<void>
}

/** One of the two homes of a Vireo: a data folder, or the engines that servers share. No server uses it meanwhile. */
export interface Side extends AsyncDisposable {
  /** For messages. */
  readonly name: string
  readonly log: EventLog
  readonly lake: Lake
  /** Brings its log into its lake. To be closed by whoever opens it. */
  openSink(onError: (error: unknown) => void): LakeSink
  /** How people's rows are written there; whether what people's state said is stamped on events, for those who don't keep people. */
  readonly rows: RowFormat
  readonly isStamped: boolean
  readonly people: PeopleRows
  /** What everybody shares, and here and there people's rows, too. */
  readonly state: StateRows
  readonly removed: RemovedSet | undefined
  /** What tracking tokens are signed with. */
  readonly secret: KeptText
  readonly keys: KeptText
  /** Undefined where models stay where they are. */
  readonly models: ModelFiles | undefined
}
