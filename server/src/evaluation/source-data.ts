import { dayMs } from '../clock.ts'
import { InvalidInput } from '../errors.ts'
import { ImportDatabase } from '../importing/database.ts'
import { recognise } from '../importing/import-plan.ts'
import { kuaiRandFormat } from '../importing/kuairand-format.ts'
import { tagsOf } from '../importing/kuairand-videos.ts'
import { RefusedRows } from '../importing/refused-rows.ts'
import { longViewMs } from '../people/outcomes.ts'
import { type Day, dayNamed, dayOf } from './day.ts'
import { type DayPages, readDayPages } from './day-pages.ts'
import { Rows } from './rows.ts'

export interface VideoFacts {
  readonly id: string
  readonly creator: string
  readonly categories: readonly string[]
}

/** Counts of videos, by number. */
export interface VideoCounts {
  readonly longViewsOneDay: Float64Array
  readonly longViewsSevenDays: Float64Array
  /** Those without a time included. */
  readonly longViewsEver: Float64Array
  readonly impressionsOneDay: Float64Array
}

/** What a folder says of the time before a day, and of the day. People and videos are numbers here. */
export interface SourceData {
  readonly day: Day
  /** The catalogue as the day began. */
  readonly videos: readonly VideoFacts[]
  readonly people: readonly string[]
  /** By person, before the day: videos shown, and those of them with a long view. */
  readonly seen: Rows
  readonly longViewed: Rows
  readonly counts: VideoCounts
  /** By person: videos with a long view on the day, by the source's word and by ours, none of them shown before. */
  readonly relevant: ReadonlyMap<number, ReadonlySet<number>>
  readonly relevantByOurs: ReadonlyMap<number, ReadonlySet<number>>
  /** What was shown on the day. */
  readonly shown: DayPages
}

/** Reads the folder as an import does, with the same rows refused. `dayName` undefined is the last day of the log. */
export async function readSource(folder: string, dayName: string | undefined, signal: AbortSignal): Promise<SourceData> {
  const { format, files } = await recognise(folder, undefined, signal)
  if (format !== kuaiRandFormat) {
    throw new InvalidInput('EVALUATION_FORMAT', 'folder', `an evaluation needs a folder with ${kuaiRandFormat.lookedFor}`)
  }
  const database = await ImportDatabase.open(signal)
  try {
    await format.stage(database, files, new Set(), new RefusedRows(), undefined)
    const day = await dayIn(database, dayName)
    await makeTables(database, day)
    return await readTables(database, day)
  } finally {
    await database.close()
  }
}

async function dayIn(database: ImportDatabase, name: string | undefined): Promise<Day> {
  const [first, last] = (await database.rows('SELECT min(time_ms), max(time_ms) FROM log WHERE refused IS NULL'))[0]!
  if (first === null || last === null) throw new InvalidInput('EVALUATION_EMPTY', 'folder', 'the log is empty')
  const day = name === undefined ? dayOf(Number(last)) : dayNamed(name)
  if (day.startMs > Number(last) || day.endMs <= Number(first)) {
    const days = `${dayOf(Number(first)).name} to ${dayOf(Number(last)).name}`
    throw new InvalidInput('DAY_NOT_IN_LOG', 'day', `the log has nothing on ${day.name}: it goes from ${days}`)
  }
  return day
}

/** Everything before the day as one table, the day's long views, and numbers for videos and people. */
async function makeTables(database: ImportDatabase, { startMs, endMs }: Day): Promise<void> {
  await database.run(`CREATE TABLE earlier AS
    SELECT person, video_id, NULL::BIGINT AS time_ms, long_view FROM history WHERE refused IS NULL
    UNION ALL SELECT person, video_id, time_ms, long_viewed FROM log WHERE refused IS NULL AND time_ms < ${startMs}`)
  await database.run('CREATE TABLE shown AS SELECT person, video_id, bool_or(long_view) AS long_view FROM earlier GROUP BY ALL')
  // An unknown length makes no long view of ours.
  await database.run(`CREATE TABLE wanted AS
    SELECT person, video_id, bool_or(long_viewed) AS long_view,
      COALESCE(bool_or(watch_ms >= CASE WHEN length < ${longViewMs} THEN length ELSE ${longViewMs} END AND length IS NOT NULL), false) AS ours
    FROM (SELECT *, COALESCE(row_length_ms, length_ms) AS length FROM log LEFT JOIN facts USING (video_id) WHERE refused IS NULL
      AND time_ms >= ${startMs} AND time_ms < ${endMs})
    ANTI JOIN shown USING (person, video_id) GROUP BY ALL HAVING long_view OR ours`)
  await database.run(`CREATE TABLE video_numbers AS
    SELECT row_number() OVER (ORDER BY video_id) - 1 AS video, video_id FROM (
      SELECT video_id FROM facts WHERE upload_ms IS NULL OR upload_ms < ${startMs} UNION SELECT video_id FROM earlier)`)
  await database.run(`CREATE TABLE person_numbers AS
    SELECT row_number() OVER (ORDER BY person) - 1 AS number, person FROM (SELECT person FROM earlier UNION SELECT person FROM wanted)`)
}

async function readTables(database: ImportDatabase, day: Day): Promise<SourceData> {
  const videos = await videosIn(database)
  const people = (await database.rows('SELECT person FROM person_numbers ORDER BY number')).map(([person]) => String(person))
  const numbered = (table: string) =>
    `SELECT number::INTEGER AS person, video::INTEGER AS video FROM ${table} JOIN video_numbers USING (video_id) JOIN person_numbers USING (person)`
  const relevant = async (condition: string) => {
    const pairs = await pairsOf(database, `${numbered('wanted')} WHERE ${condition} ORDER BY ALL`)
    return setsOf(pairs.people, pairs.videos)
  }
  const rows = async (sql: string) => {
    const pairs = await pairsOf(database, sql)
    return Rows.of(people.length, pairs.people, pairs.videos)
  }
  return {
    day,
    videos,
    people,
    seen: await rows(numbered('shown')),
    longViewed: await rows(`${numbered('shown')} WHERE long_view`),
    counts: await countsIn(database, day, videos.length),
    relevant: await relevant('long_view'),
    relevantByOurs: await relevant('ours'),
    shown: await readDayPages(database, day),
  }
}

async function videosIn(database: ImportDatabase): Promise<VideoFacts[]> {
  const rows = await database.rows(`SELECT video_id, COALESCE(creator_id, ''), COALESCE(categories, '')
    FROM video_numbers LEFT JOIN facts USING (video_id) ORDER BY video`)
  return rows.map(([id, creator, categories]) => ({ id: String(id), creator: String(creator), categories: tagsOf(String(categories)) }))
}

async function countsIn(database: ImportDatabase, { startMs }: Day, videos: number): Promise<VideoCounts> {
  const oneDay = `time_ms >= ${startMs - dayMs}`
  const counts = {
    longViewsOneDay: `long_view AND ${oneDay}`,
    longViewsSevenDays: `long_view AND time_ms >= ${startMs - 7 * dayMs}`,
    longViewsEver: 'long_view',
    impressionsOneDay: oneDay,
  }
  const columns = Object.values(counts).map((condition) => `(count(*) FILTER (WHERE ${condition}))::INTEGER`)
  const rows = await database.rows(`SELECT video::INTEGER, ${columns} FROM earlier JOIN video_numbers USING (video_id) GROUP BY video`)
  const count = (column: number) => {
    const values = new Float64Array(videos)
    for (const row of rows) values[Number(row[0])] = Number(row[column])
    return values
  }
  return {
    longViewsOneDay: count(1),
    longViewsSevenDays: count(2),
    longViewsEver: count(3),
    impressionsOneDay: count(4),
  }
}

async function pairsOf(database: ImportDatabase, sql: string): Promise<{ people: number[]; videos: number[] }> {
  const people: number[] = []
  const videos: number[] = []
  for await (const { columns } of database.columns(sql)) {
    for (const person of columns.person!) people.push(person as number)
    for (const video of columns.video!) videos.push(video as number)
  }
  return { people, videos }
}

function setsOf(people: readonly number[], videos: readonly number[]): Map<number, Set<number>> {
  const sets = new Map<number, Set<number>>()
  for (const [at, person] of people.entries()) {
    const set = sets.get(person) ?? new Set()
    if (set.size === 0) sets.set(person, set)
    set.add(videos[at]!)
  }
  return sets
}
