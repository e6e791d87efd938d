import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { dayMs } from '../clock.ts'
import {
  addFiles,
  firstDayMs,
  folderOf,
  historyOf,
  imported,
  type LogRow,
  logOf,
  MemoryTarget,
  noVideos,
  videosOf,
} from './folders-for-tests.ts'
import { importFolder } from './import-folder.ts'

const weekMs = 7 * dayMs
const manyRows: LogRow[] = Array.from({ length: 6_000 }, (_, row) => ({
  person: `p${row % 700}`,
  video: `v${row % 37}`,
  timeMs: firstDayMs + (row % 1_500) * 90_000,
  like: row % 5 === 0 ? 1 : 0,
}))
const manyFiles = () => ({
  'log_a.csv': logOf(manyRows.slice(0, 4_000)),
  'log_b.csv.gz': logOf(manyRows.slice(4_000)),
  'history_h.csv': historyOf(Array.from({ length: 5_000 }, (_, row) => [`p${row % 90}`, row, `v${row % 41}`, row % 2, 0])),
  'video_features_basic.csv': videosOf(Array.from({ length: 30 }, (_, row) => [`v${row}`, 'c', '2022-04-10', '', '', '1'])),
})

test('an import that was stopped goes on to the same records, byte for byte', async () => {
  const folder = folderOf(manyFiles())
  const whole = new MemoryTarget()
  await imported(folder, whole, { shiftToNow: true })
  for (const stopAfter of [1, 3, 5, 8]) {
    const target = new MemoryTarget()
    let writes = 0
    const failing = Object.assign(new MemoryTarget(), {
      write: async (records: Parameters<MemoryTarget['write']>[0]) => {
        if (writes++ === stopAfter) throw new Error('the disk is full')
        await target.write(records)
      },
    })
    await assert.rejects(imported(folder, failing, { shiftToNow: true }), /the disk is full/)
    // A week later; times stay as they were moved.
    target.clock.now = () => Date.UTC(2024, 0, 8)
    const state = await imported(folder, target, { shiftToNow: true })
    assert.equal(state.rowsDone, state.rowsTotal)
    assert.deepEqual(target.content, whole.content)
  }
})

test('files that are added while an import stands still do not disturb it', async () => {
  const { 'log_b.csv.gz': added, ...files } = manyFiles()
  const whole = new MemoryTarget()
  const wholeFolder = folderOf(files)
  await imported(wholeFolder, whole)
  addFiles(wholeFolder, { 'log_b.csv.gz': added })
  await imported(wholeFolder, whole)

  const folder = folderOf(files)
  const target = new MemoryTarget()
  for await (const state of importFolder(folder, { shiftToNow: false, signal: new AbortController().signal }, target)) {
    if (state.phase === 'events') break
  }
  addFiles(folder, { 'log_b.csv.gz': added })
  await imported(folder, target)
  assert.deepEqual(target.content, whole.content)
})

test('a finished import run again does nothing and says so', async () => {
  const folder = folderOf(manyFiles())
  const target = new MemoryTarget()
  assert.equal((await imported(folder, target)).phase, 'finished')
  const before = target.records.length
  const again = await imported(folder, target)
  assert.partialDeepStrictEqual(again, { phase: 'already_imported', finished: true, rowsTotal: 0 })
  assert.equal(target.records.length, before)
})

test('more days of the same folder are moved as the first were', async () => {
  const folder = folderOf({ ...noVideos, 'log_1.csv': logOf([{ timeMs: firstDayMs }]) })
  const target = new MemoryTarget(firstDayMs + 5 * weekMs + dayMs)
  const { shiftMs } = await imported(folder, target, { shiftToNow: true })
  addFiles(folder, { 'log_2.csv': logOf([{ timeMs: firstDayMs + 3 * dayMs, person: 'q' }]) })
  target.clock.now = () => firstDayMs + 9 * weekMs
  const more = await imported(folder, target, { shiftToNow: true })
  assert.deepEqual([shiftMs, more.shiftMs, more.rowsTotal], [5 * weekMs, 5 * weekMs, 1])
  assert.deepEqual(
    target.events.map((event) => [event.person, event.timeMs - 5 * weekMs - firstDayMs]),
    [
      ['p', 0],
      ['q', 3 * dayMs],
    ],
  )
})

test('times move by whole weeks, uploads too, and nothing lies in the future', async () => {
  const folder = folderOf({
    'log_1.csv': logOf([{ video: 'v', like: 1 }]),
    'video_features_basic.csv': videosOf([['v', 'c', '2022-04-10', '', '', '']]),
  })
  for (const [nowMs, weeks] of [
    [firstDayMs + 2 * weekMs, 1],
    [firstDayMs + 2 * weekMs + 1, 2],
    [firstDayMs - 1, -1],
  ] as const) {
    const target = new MemoryTarget(nowMs)
    await imported(folder, target, { shiftToNow: true })
    assert.equal(target.events[0]!.timeMs, firstDayMs + weeks * weekMs)
    assert.equal(Number(target.videos[0]!.uploadTime!.seconds) * 1000, Date.UTC(2022, 3, 9, 16) + weeks * weekMs)
  }
})

test('rows at or after `until` are left out', async () => {
  const folder = folderOf({
    ...noVideos,
    'log_1.csv': logOf([0, 1, 2].map((day) => ({ timeMs: firstDayMs + day * dayMs, video: `v${day}` }))),
  })
  const target = new MemoryTarget()
  const state = await imported(folder, target, { until: firstDayMs + dayMs })
  assert.deepEqual(
    target.events.map((event) => event.videoId),
    ['v0'],
  )
  assert.deepEqual(state.refused, {})
})

test('a row that makes no sense is refused with its reason, and the rest arrives', async () => {
  const bad: LogRow[] = [
    { timeMs: 'soon' },
    { timeMs: 1_650_812_741 },
    { person: '' },
    { watchMs: -1 },
    { watchMs: dayMs + 1 },
    { watchMs: 'long' },
  ]
  const log = logOf([{ video: 'first' }, ...bad, { video: 'x'.repeat(129) }, { video: '"open' }, { video: 'last' }]).replace(
    /\n/,
    '\n1,2\n',
  )
  const target = new MemoryTarget()
  const state = await imported(
    folderOf({
      ...noVideos,
      'log_1.csv': `${log}1,2,3,4,5,6,7,8,9,10,11,12,13,14\n`,
      'history_h.csv': historyOf([['p', 'one', 'v', 0, 0]]),
    }),
    target,
  )
  assert.deepEqual(target.events.map((event) => event.videoId).sort(), ['"open', 'first', 'last'])
  assert.deepEqual(state.refused, {
    ROW_COLUMNS: 2,
    ROW_BAD_TIME: 2,
    ROW_MISSING_ID: 1,
    ROW_WATCH_NEGATIVE: 1,
    ROW_WATCH_TOO_LONG: 1,
    ROW_BAD_NUMBER: 2,
    ROW_ID_TOO_LONG: 1,
  })
  assert.deepEqual(state.examples.slice(0, 3), [
    { file: 'history_h.csv', row: 2, reason: 'ROW_BAD_NUMBER' },
    { file: 'log_1.csv', row: 2, reason: 'ROW_COLUMNS' },
    { file: 'log_1.csv', row: 4, reason: 'ROW_BAD_TIME' },
  ])
})

test('lines may end in either way, even in one file', async () => {
  const target = new MemoryTarget()
  const log = logOf([{ video: 'a' }, { video: 'b' }, { video: 'c' }]).split('\n')
  await imported(
    folderOf({ ...noVideos, 'log_1.csv': `${log[0]}\n${log[1]}\r\n${log[2]}\n${log[3]}`, 'log_2.csv': log.join('\r\n') }),
    target,
  )
  assert.deepEqual(
    target.events.map((event) => event.videoId),
    ['a', 'a', 'b', 'b', 'c', 'c'],
  )
})

test('what can not be imported says which file and why', async () => {
  const fails = (files: Record<string, string | Buffer>, code: string, words: RegExp) =>
    assert.rejects(
      imported(folderOf(files), new MemoryTarget()),
      (error: Error & { code?: string }) => error.code === code && words.test(error.message),
    )
  const zipped = gzipSync(logOf(manyRows))
  await fails(
    { ...noVideos, 'log_1.csv.gz': zipped.subarray(0, zipped.length / 2) },
    'IMPORT_FILE_BROKEN',
    /log_1\.csv\.gz.*unexpected end/,
  )
  await fails({ ...noVideos, 'log_1.csv.gz': Buffer.from('no gzip') }, 'IMPORT_FILE_BROKEN', /log_1\.csv\.gz/)
  await fails(
    { ...noVideos, 'log_1.csv': 'user_id,video_id\n1,2\n' },
    'IMPORT_COLUMNS_MISSING',
    /log_1\.csv has no column time_ms, play_time_ms/,
  )
  await fails({ 'videos.csv': 'video_id,title\nv,"open\nw,x\n' }, 'IMPORT_FILE_BROKEN', /videos\.csv.*line 2 opens/)
  await fails({ 'readme.txt': '' }, 'IMPORT_FOLDER_UNKNOWN', /log_\*\.csv.*videos\.\{jsonl,csv\}/)
  await assert.rejects(imported(join(folderOf({}), 'missing'), new MemoryTarget()), { code: 'IMPORT_FOLDER_UNREADABLE' })
})

test('an import that is stopped ends with the reason', async () => {
  const stop = new AbortController()
  const states = importFolder(folderOf(manyFiles()), { shiftToNow: false, signal: stop.signal }, new MemoryTarget())
  await assert.rejects(async () => {
    for await (const state of states) if (state.phase === 'history') stop.abort(new Error('enough'))
  }, /enough/)
})
