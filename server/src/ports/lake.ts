import { type Place, type Topic, topics } from './event-log.ts'

/** A topic of the log has a table of its name; from these are made `samples`, and in `replayed` the vectors of imported pages, as `features` has them. */
export const lakeTables = [...topics, 'samples', 'replayed'] as const
export type LakeTable = (typeof lakeTables)[number]

/** Tables that readers know: what is in `replayed` is shown in `features`. */
export type ShownTable = Exclude<LakeTable, 'replayed'>

/** Records of one partition of the log: their offsets lie from `first` up to, not including, `end`. */
export interface LogRange {
  readonly partition: number
  readonly first: number
  readonly end: number
  readonly records: number
}

/** A Parquet file that never changes. */
export interface LakeFile {
  /** Within the lake, with `/` between folders. */
  readonly path: string
  readonly table: LakeTable
  /** `date=YYYY-MM-DD/hour=HH` (UTC) of its records' times. */
  readonly partition: string
  readonly rows: number
  readonly bytes: number
  /** Of the content, in hex. */
  readonly sha256: string
  /** Times of its records, in ms since 1970. */
  readonly minMs: number
  readonly maxMs: number
  /** When its records were accepted, in ms since 1970: duplicates are looked for by it. */
  readonly minAcceptedMs: number
  readonly maxAcceptedMs: number
  /** Where in the log its records come from; empty for what was made from other tables. */
  readonly log: readonly LogRange[]
  /** The version of the manifest that added it. */
  readonly added: number
}

/** How far a partition of the log has been taken in: offsets from `first` up to, not including, `end`. */
export interface Reached {
  readonly topic: Topic
  readonly partition: number
  readonly first: number
  readonly end: number
  /** Records left out because they were there before. */
  readonly duplicates: number
  /** The latest time of acceptance, in ms since 1970: one that lies well before it tells of a clock that jumped back. */
  readonly latestMs: number
}

/** What was found wrong and needs eyes. */
export type Trouble =
  /** Offsets that the log did not give. */
  | { readonly kind: 'hole'; readonly topic: Topic; readonly partition: number; readonly first: number; readonly end: number }
  /** A record that was accepted well before its predecessor. */
  | {
      readonly kind: 'clock'
      readonly topic: Topic
      readonly partition: number
      readonly offset: number
      readonly fromMs: number
      readonly toMs: number
    }
  /** A record that is none of its topic; its bytes are kept. */
  | { readonly kind: 'unreadable'; readonly topic: Topic; readonly partition: number; readonly offset: number }

/** All that is in the lake, as of one commit. */
export interface Manifest {
  /** Counts commits from 1; 0 is a lake without any. */
  readonly version: number
  /** The version with which the writer of the log's tables took over: an earlier one that still runs can't commit. */
  readonly fence: number
  readonly committedMs: number
  readonly reached: readonly Reached[]
  readonly files: readonly LakeFile[]
  /** By `table/partition`: the version in which its rows changed last. */
  readonly changed: Readonly<Record<string, number>>
  /** By table that is made from others: the version from which it was made. */
  readonly derived: Readonly<Record<string, number>>
  /** Files that are no longer named, until they are deleted. */
  readonly removed: readonly { readonly path: string; readonly version: number; readonly atMs: number }[]
  readonly troubles: readonly Trouble[]
}

/** A file as it lies in the lake. */
export interface Stored {
  readonly bytes: number
  readonly sha256: string
}

/** What lets DuckDB read the `location`s of a lake. */
export interface DatabaseAccess {
  /** It is opened with these. */
  readonly settings: Readonly<Record<string, string>>
  /** It is told these first. */
  readonly statements: readonly string[]
  /** One more that it is told, never to be seen in a log or an error. Empty where there is none. */
  readonly secret: string
}

/** For files of this machine. */
export const noAccess: DatabaseAccess = { settings: {}, statements: [], secret: '' }

export interface Pin {
  readonly manifest: Manifest
  release(): Promise<void>
}

/**
 * Files that never change, and a manifest that names those that count. What `commit` has acknowledged survives a crash,
 * and so do the files that it names. Several processes may use one lake at a time.
 */
export interface Lake {
  /** The newest manifest. Rejects with `LAKE_MANIFEST_BROKEN` when it is damaged, `LAKE_TOO_NEW` when a later version wrote it. */
  manifest(): Promise<Manifest>
  /** Compare-and-set: rejects with `LAKE_CONFLICT` when there is a manifest of `next.version` already. */
  commit(next: Manifest): Promise<void>
  /** The newest manifest for a reader: its files stay until it is released, or until it has been silent for a while. */
  pin(): Promise<Pin>
  /** The oldest version that a reader has pinned. */
  oldestPin(): Promise<number | undefined>
  /** Where to write a file before it is put. */
  scratch(name: string): string
  /** Moves written files to where they belong, durably. Resolves with what they are, in order. */
  put(files: readonly { readonly scratch: string; readonly path: string }[]): Promise<readonly Stored[]>
  /** What DuckDB's `read_parquet` takes. */
  location(path: string): string
  /** What DuckDB needs before it can read them; asked for again before each use, as keys expire. */
  access(): Promise<DatabaseAccess>
  /** A file as it is now; undefined where there is none. */
  inspect(path: string): Promise<Stored | undefined>
  /** All files, named by the manifest or not. */
  paths(): Promise<readonly string[]>
  remove(paths: readonly string[]): Promise<void>
  close(): Promise<void>
}

export const emptyManifest: Manifest = {
  version: 0,
  fence: 0,
  committedMs: 0,
  reached: [],
  files: [],
  changed: {},
  derived: {},
  removed: [],
  troubles: [],
}

/** How far the log is in the lake: it may let go of what is before. */
export function committed({ reached }: Pick<Manifest, 'reached'>): Place[] {
  return reached.map(({ topic, partition, end }) => ({ topic, partition, offset: end }))
}
