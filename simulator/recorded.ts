import { minuteMs } from '../server/src/clock.ts'
import { InvalidInput } from '../server/src/errors.ts'
import { type Day, dayNamed, dayOf } from '../server/src/evaluation/day.ts'
import { ImportDatabase } from '../server/src/importing/database.ts'
import { recognise } from '../server/src/importing/import-plan.ts'
import { kuaiRandFormat } from '../server/src/importing/kuairand-format.ts'
import { tagsOf } from '../server/src/importing/kuairand-videos.ts'
import { RefusedRows } from '../server/src/importing/refused-rows.ts'

export interface RecordedVideo {
  readonly id: string
  readonly categories: readonly string[]
  /** Undefined where it is unknown. */
  readonly lengthMs: number | undefined
}

export interface RecordedWatch {
  readonly person: string
  readonly video: RecordedVideo
  readonly watchMs: number
}

export interface Arrival {
  readonly person: string
  readonly timeMs: number
}

/** What a folder says of a day and of the time well before it. */
export interface Recorded {
  readonly day: Day
  /** The catalogue as the day began, by id. */
  readonly videos: ReadonlyMap<string, RecordedVideo>
  /** On the day, in the order of time; somebody arrives again after half an hour away. */
  readonly arrivals: readonly Arrival[]
  /** Until `apartMs` before the day, in the order of time. */
  readonly watches: readonly RecordedWatch[]
}

const awayMs = 30 * minuteMs

/**
 * Reads the folder as an import does, with the same rows refused. `dayName` undefined is the last day of the log.
 * Throws `EVALUATION_FORMAT`, `DAY_INVALID`, `DAY_NOT_IN_LOG`.
 */
export async function readRecorded(folder: string, dayName: string | undefined, apartMs: number, signal: AbortSignal): Promise<Recorded> {
  const { format, files } = await recognise(folder, undefined, signal)
  if (format !== kuaiRandFormat) {
    throw new InvalidInput('EVALUATION_FORMAT', 'folder', `a simulation needs a folder with ${kuaiRandFormat.lookedFor}`)
  }
  const database = await ImportDatabase.open(signal)
  try {
    await format.stage(database, files, new Set(), new RefusedRows(), undefined)
    const day =
      dayName === undefined ? dayOf(await database.number('SELECT max(time_ms) FROM log WHERE refused IS NULL')) : dayNamed(dayName)
    const videos = await videosIn(database, day)
    const arrivals = await arrivalsIn(database, day)
    const watches = await watchesIn(database, day.startMs - apartMs, videos)
    if (arrivals.length === 0 || watches.length === 0) {
      throw new InvalidInput('DAY_NOT_IN_LOG', 'day', `the log must hold ${day.name}, and watches of people some days before it`)
    }
    return { day, videos, arrivals, watches }
  } finally {
    await database.close()
  }
}

async function videosIn(database: ImportDatabase, { startMs }: Day): Promise<Map<string, RecordedVideo>> {
  const rows = await database.rows(`SELECT video_id, length_ms, COALESCE(categories, '') FROM facts
    WHERE upload_ms IS NULL OR upload_ms < ${startMs} ORDER BY video_id`)
  return new Map(
    rows.map(([name, length, tags]) => {
      const id = String(name)
      return [id, { id, categories: tagsOf(String(tags)), lengthMs: length === null ? undefined : Number(length) }]
    }),
  )
}

async function arrivalsIn(database: ImportDatabase, { startMs, endMs }: Day): Promise<Arrival[]> {
  const rows = await database.rows(`SELECT person, time_ms FROM (
      SELECT person, time_ms, time_ms - lag(time_ms) OVER (PARTITION BY person ORDER BY time_ms) AS away
      FROM log WHERE refused IS NULL AND time_ms >= ${startMs} AND time_ms < ${endMs})
    WHERE away IS NULL OR away > ${awayMs} ORDER BY ALL`)
  return rows.map(([person, timeMs]) => ({ person: String(person), timeMs: Number(timeMs) }))
}

async function watchesIn(database: ImportDatabase, untilMs: number, videos: ReadonlyMap<string, RecordedVideo>): Promise<RecordedWatch[]> {
  const rows = await database.rows(`SELECT person, video_id, watch_ms FROM log
    WHERE refused IS NULL AND time_ms < ${untilMs} ORDER BY time_ms, person, video_id`)
  return rows.flatMap(([person, id, watchMs]) => {
    const video = videos.get(String(id))
    return video === undefined ? [] : [{ person: String(person), video, watchMs: Number(watchMs) }]
  })
}
