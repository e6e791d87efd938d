import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ControlRecord, EventRecord, type ImportProgress, SlateRecord, VideoRecord } from '../generated/vireo/record/v1/records.ts'
import type { Entry } from '../state/ledger.ts'
import { importFolder } from './import-folder.ts'
import type { ImportOptions, ImportState, ImportTarget } from './import-target.ts'

/** A log in memory. */
export class MemoryTarget implements ImportTarget {
  readonly records: Entry[] = []
  readonly clock: { now: () => number }

  constructor(nowMs = Date.UTC(2024, 0, 1)) {
    this.clock = { now: () => nowMs }
  }

  async write(records: readonly Entry[]): Promise<void> {
    this.records.push(...records)
  }

  progress(): Map<string, ImportProgress> {
    const changes = this.#values('control', ControlRecord).map(({ change }) => change)
    return new Map(changes.flatMap((change) => (change?.$case === 'importProgress' ? [[change.value.importId, change.value]] : [])))
  }

  get events() {
    return this.#values('events', EventRecord)
  }

  get pages() {
    return this.#values('served', SlateRecord)
  }

  get videos() {
    return this.#values('catalog', VideoRecord).map(({ video }) => video!)
  }

  /** What was imported, without how far it came when. */
  get content() {
    return this.records
      .filter(({ topic }) => topic !== 'control')
      .map(({ topic, key, timeMs, value }) => [topic, key, timeMs, Buffer.from(value).toString('hex')])
  }

  #values<Message>(topic: string, message: { decode(bytes: Uint8Array): Message }): Message[] {
    return this.records.filter((record) => record.topic === topic).map(({ value }) => message.decode(value))
  }
}

export function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'vireo-importing-'))
  after(() => rmSync(folder, { recursive: true }))
  addFiles(folder, files)
  return folder
}

export function addFiles(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' && name.endsWith('.gz') ? gzipSync(content) : content)
  }
}

/** Imports to the end; the last state. */
export async function imported(folder: string, target: ImportTarget, options: Partial<ImportOptions> = {}): Promise<ImportState> {
  let last: ImportState | undefined
  for await (const state of importFolder(folder, { shiftToNow: false, signal: new AbortController().signal, ...options }, target))
    last = state
  return last!
}

/** The first timed day of the tests' logs, as it begins in Beijing. */
export const firstDayMs = Date.UTC(2022, 3, 24, 16)

const logColumns =
  'user_id,video_id,time_ms,is_click,is_like,is_follow,is_comment,is_forward,is_hate,long_view,play_time_ms,duration_ms,tab'
export interface LogRow {
  person?: string
  video?: string
  timeMs?: number | string
  watchMs?: number | string
  lengthMs?: number
  tab?: number
  like?: number
  hate?: number
}

export function logOf(rows: readonly LogRow[]): string {
  const lines = rows.map(
    ({ person = 'p', video = 'v', timeMs = firstDayMs, watchMs = 5_000, lengthMs = 9_000, tab = 1, like = 0, hate = 0 }) =>
      [person, video, timeMs, 1, like, 0, 0, 0, hate, 0, watchMs, lengthMs, tab].join(),
  )
  return `${[logColumns, ...lines].join('\n')}\n`
}

/** Rows of id, creator, day of upload, length, audio and tags. */
export function videosOf(rows: readonly (readonly (string | number)[])[]): string {
  const lines = rows.map(([id, creator, day, length, audio, tags]) => [id, creator, day, '0.0', length, audio, `"${tags}"`].join())
  return `${['video_id,author_id,upload_dt,visible_status,video_duration,music_id,tag', ...lines].join('\n')}\n`
}

export const historyOf = (rows: readonly (readonly (string | number)[])[]) =>
  `${['user_id,seq_idx,video_id,long_watch,is_like', ...rows.map((row) => row.join())].join('\n')}\n`

export const noVideos = { 'video_features_basic.csv': videosOf([]) }
