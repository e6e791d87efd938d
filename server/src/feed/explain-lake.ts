import { hourMs } from '../clock.ts'
import { Overloaded } from '../errors.ts'
import { SlateRecord } from '../generated/vireo/record/v1/records.ts'
import { quoted } from '../lake/database.ts'
import { longs, type Row, texts } from '../lake/kinds.ts'
import { hourOf, parquetSql, partitionOf } from '../lake/lake-tables.ts'
import { lookInto, type OpenedLake } from '../lake/look-into.ts'
import { filesOf, shownFilesOf } from '../lake/manifest-changes.ts'
import { recordRows, withLaterColumns } from '../lake/record-rows.ts'
import { rowsSql } from '../lake/views.ts'
import type { Place } from '../ports/event-log.ts'
import { committed, type Lake, type LakeFile } from '../ports/lake.ts'
import { aboutMs, type LoggedVector, type WantedSlate } from './explain-log.ts'

const memoryMb = 128
/** Hours whose files are looked into at a time, the newest first. */
const hoursAtATime = 168

/** Pages that the log has let go of. Looked for one at a time, as each look takes memory. */
export class PagesInLake {
  readonly #open: () => Promise<Lake | undefined>
  #isLooking = false

  /** `open` resolves with undefined where there is no lake. */
  constructor(open: () => Promise<Lake | undefined>) {
    this.#open = open
  }

  /** How far the log is in the lake. */
  async reached(): Promise<readonly Place[]> {
    const lake = await this.#open()
    try {
      return lake === undefined ? [] : committed(await lake.manifest())
    } finally {
      await lake?.close()
    }
  }

  /** Rejects with `OVERLOADED` while somebody else looks for something. */
  slate(wanted: WantedSlate, signal: AbortSignal): Promise<SlateRecord | undefined> {
    return this.#look(signal, async (opened) => {
      for (const files of byHours(filesOf(opened.manifest, 'served'), wanted.aboutMs)) {
        const slate = await slateIn(opened, files, wanted)
        if (slate !== undefined) return slate
      }
      return undefined
    })
  }

  /** The vector of a slate's video, as it was logged or replayed. Rejects with `OVERLOADED` while somebody else looks for something. */
  vector(slate: SlateRecord, videoId: string, signal: AbortSignal): Promise<LoggedVector | undefined> {
    return this.#look(signal, async ({ database, lake, manifest }) => {
      const files = shownFilesOf(manifest, 'features', [partitionOf(Math.floor(slate.timeMs / hourMs))])
      const [row] = await database.rows(`SELECT feature_set, person_values, recent_videos, item_values
        FROM ${rowsSql('features', files, (path) => lake.location(path))}
        WHERE person = ${quoted(slate.person)} AND slate_id = ${quoted(slate.slateId)} AND video_id = ${quoted(videoId)} LIMIT 1`)
      if (row === undefined) return undefined
      const [featureSet, person, recent, item] = row as [string, Row[number], Row[number], Row[number]]
      return {
        featureSet,
        personValues: longs.fromColumn(person),
        recentVideos: texts.fromColumn(recent),
        itemValues: longs.fromColumn(item),
      }
    })
  }

  async #look<Result>(signal: AbortSignal, use: (opened: OpenedLake) => Promise<Result>): Promise<Result | undefined> {
    if (this.#isLooking) throw new Overloaded('something is being looked for in the lake already')
    this.#isLooking = true
    try {
      const lake = await this.#open()
      return lake && (await lookInto(lake, { name: 'explain', memoryMb, signal }, use))
    } finally {
      this.#isLooking = false
    }
  }
}

/** Files of hours, some at a time, the newest first; of those around a time only, where one is known. */
function* byHours(files: readonly LakeFile[], time: number | undefined): Generator<readonly LakeFile[]> {
  const near = files.filter(({ maxMs, minMs }) => time === undefined || (minMs <= time + aboutMs && maxMs >= time - aboutMs))
  const hours = [...Map.groupBy(near, ({ partition }) => hourOf(partition) ?? 0)].sort(([a], [b]) => b - a)
  for (let at = 0; at < hours.length; at += hoursAtATime) yield hours.slice(at, at + hoursAtATime).flatMap(([, each]) => each)
}

async function slateIn({ database, lake }: OpenedLake, files: readonly LakeFile[], wanted: WantedSlate): Promise<SlateRecord | undefined> {
  const { columns, recordOf } = recordRows.served
  const { aboutMs: time, pageNumber, person, requestId, slateId } = wanted
  const named =
    slateId === undefined ? `request_id = ${quoted(requestId)} AND page_number = ${pageNumber}` : `slate_id = ${quoted(slateId)}`
  const when = time === undefined ? 'true' : `time_ms BETWEEN ${time - aboutMs} AND ${time + aboutMs}`
  const rows = await database.rows(`SELECT ${columns.map(({ name }) => name).join(', ')}
    FROM ${withLaterColumns('served', parquetSql(files.map(({ path }) => lake.location(path))))}
    WHERE person = ${quoted(person)} AND ${named} AND ${when}
    QUALIFY dense_rank() OVER (ORDER BY time_ms DESC, log_partition, log_offset DESC) = 1
    ORDER BY item_index`)
  return rows.length === 0 ? undefined : SlateRecord.decode(recordOf(rows).value)
}
