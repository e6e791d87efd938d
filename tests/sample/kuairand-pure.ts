import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { sampleFolder } from '../../server/src/cli/sample.ts'
import { forgetState, openLakeBeside, openReplayState } from '../../server/src/compose/beside.ts'
import { compose, type Vireo } from '../../server/src/compose.ts'
import { type Config, configSchema } from '../../server/src/config.ts'
import { backfill } from '../../server/src/features/sql/backfill.ts'
import { allFeedViews, feedViews } from '../../server/src/features/views/feed-views.ts'
import { CheckFeaturesRequest } from '../../server/src/generated/vireo/v1/admin.ts'
import { RecsRequest } from '../../server/src/generated/vireo/v1/feed.ts'
import { importFolder } from '../../server/src/importing/import-folder.ts'
import { LakeDatabase } from '../../server/src/lake/database.ts'
import { decodeFeatures } from '../../server/src/lake/feature-decoder.ts'
import { viewsSql } from '../../server/src/lake/views.ts'
import { createLog } from '../../server/src/log.ts'
import { createMetrics } from '../../server/src/metrics.ts'
import { logImportedPages } from '../../server/src/samples/replay/log-imported-pages.ts'
import { dumpedState } from './dumped-state.ts'
import { Newcomer } from './newcomer.ts'
import { comparisonSql, requestsSql } from './page-values.ts'

/** The end of the sample's last day, 2022-05-05 in Beijing: the clock stands still there, so that windows hold what they would have held. */
const clock = { now: () => Date.UTC(2022, 4, 5, 16) }
const memoryMb = 2_048
/** Of those who are drawn for the comparison of tiles; everything else is compared whole. */
const people = 2_000

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'vireo-sample-'))
const dataDir = join(folder, 'data')
const config: Config = configSchema.parse({ dataDir, logLevel: 'warn' })
const never = new AbortController().signal
let vireo: Vireo

const open = (lake: Partial<Config['lake']> = {}) =>
  compose({ ...config, lake: { ...config.lake, ...lake } }, { clock, metrics: createMetrics(), log: createLog(config.logLevel) })

before(async () => {
  vireo = await open()
  for await (const { phase } of importFolder(sampleFolder, { shiftToNow: false, signal: never }, vireo.imports)) assert.ok(phase)
  await vireo.lake!.drain(never)
})
after(async () => {
  await vireo?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('what the server counts is what SQL makes of the lake: all tiles of all views that are no person’s, and those of 2,000 people', async (t) => {
  const request = CheckFeaturesRequest.create({ people, entities: 2 ** 31, seed: 1 })
  let compared = 0n
  const differences: unknown[] = []
  let checked = 0
  for await (const view of vireo.services.operations.checkFeatures(request, never)) {
    checked++
    compared += view.compared
    differences.push(...view.differences)
    assert.equal(view.changing, 0n)
  }
  assert.deepEqual(differences, [])
  assert.equal(checked, allFeedViews.length)
  assert.ok(compared > 800_000n, `${compared}`)
  t.diagnostic(`${compared} tiles`)
})

test('the state that is made anew of the lake, where the log has let go of all, is the same to the last byte', async (t) => {
  for (const { topic, partition, end } of await vireo.eventLog.extents()) {
    if (topic !== 'control') await vireo.eventLog.retain({ topic, partition, offset: end })
  }
  await vireo.close()
  const before = dumpedState(dataDir)
  await forgetState(dataDir)
  vireo = await open({ enabled: false })
  await vireo.close()
  const again = dumpedState(dataDir)
  // Not of the tables themselves: a difference of a million rows is no message.
  assert.deepEqual([...again.keys()], [...before.keys()])
  for (const [table, { digest, rows }] of before) {
    t.diagnostic(`${table}: ${rows} rows`)
    assert.deepEqual({ table, ...again.get(table) }, { table, digest, rows })
  }
  assert.ok(before.size > 10)
})

test('what views are filled back with is, for every page that was imported, what a replay logged', async (t) => {
  const { lake } = await openLakeBeside(config, clock)
  t.after(() => lake.close())
  const state = await openReplayState(join(folder, 'replay'), config)
  const pages = await logImportedPages({ lake, clock, state, memoryMb, signal: never })
  await state.close()
  assert.ok(pages > 150_000, `${pages}`)
  for (const [prefix, view] of [
    ['category', feedViews.category.watches],
    ['video', feedViews.video.impressions],
    ['person_category', feedViews.personCategory.watches],
  ] as const) {
    const into = join(folder, view.name)
    mkdirSync(into)
    const requests = join(folder, `${view.name}.parquet`)
    const asked = await withLake(lake, async (database) => database.number(`COPY (${requestsSql(view)}) TO '${requests}' (FORMAT parquet)`))
    assert.equal(await backfill({ lake, view, requests, into, memoryMb, signal: never }), asked)
    await withLake(lake, async (database) => {
      const sql = comparisonSql(view, prefix, `read_parquet('${into}/*.parquet')`)
      const [found] = (await database.answer(sql)).rows as [number, number, number, number, unknown][]
      const [items, features, nonZero, differing, example] = found!
      t.diagnostic(`${view.name}: ${asked} requests, ${items} items of pages × ${features} features`)
      assert.deepEqual([differing, example], [0, null])
      assert.ok(items > 170_000 && features >= 5 && nonZero > items / 3, `${items} items, ${nonZero} of them with anything`)
    })
  }
})

test('frozen by day, the features are worth what the benchmark asks for', async (t) => {
  const samples = join(folder, 'by-day')
  const made = await command(t, 'bin/vireo.mjs', 'samples', '--freeze', 'day', '--out', samples, '--memory', String(memoryMb))
  assert.equal(made.code, 0)
  const judged = await command(t, 'scripts/python.mjs', '-m', 'vireo_training', 'benchmark', samples)
  for (const line of judged.out.trim().split('\n')) t.diagnostic(line)
  assert.equal(judged.code, 0)
})

test('no hour of the sample fails its data quality', async (t) => {
  const { code, out } = await command(t, 'bin/vireo.mjs', 'quality', '--json')
  const results = JSON.parse(out) as { status: string }[]
  assert.deepEqual(
    results.filter(({ status }) => status === 'failed'),
    [],
  )
  assert.equal(code, 0)
  assert.ok(results.length > 500)
})

test('the next page knows the last swipe: what a newcomer finishes, skips and is not interested in moves it', async (t) => {
  // Last: what is done while the clock stands still has no order in time, as all else here must have.
  vireo = await open({ enabled: false })
  const before = { finished: 0, skipped: 0, refused: 0 }
  const after = { ...before }
  for (let nth = 0; nth < 8; nth++) {
    const newcomer = new Newcomer(vireo, `newcomer-${nth}`)
    await newcomer.nextPage()
    const [skipped, finished] = [newcomer.large[0]!, newcomer.large.at(-1)!]
    assert.notEqual(finished, skipped)
    before.finished += newcomer.share(finished)
    before.skipped += newcomer.share(skipped)
    await newcomer.finishes(finished)
    await newcomer.skips(skipped)
    await newcomer.nextPage()
    after.finished += newcomer.share(finished)
    after.skipped += newcomer.share(skipped)
    const [refused] = newcomer.large
    before.refused += newcomer.share(refused!)
    await newcomer.isNotInterested(refused!)
    await newcomer.nextPage()
    after.refused += newcomer.share(refused!)
  }
  t.diagnostic(
    `of 160 videos: finished ${before.finished} -> ${after.finished}, skipped ${before.skipped} -> ${after.skipped}, not interested ${before.refused} -> ${after.refused}`,
  )
  assert.ok(after.finished > before.finished && after.skipped < before.skipped / 2 && after.refused < before.refused / 10)
})

test('the log takes at most 300 bytes a candidate for a page’s vectors, the person’s side included', async (t) => {
  const asked = 200
  const knownPeople = Array.from({ length: asked }, (_, nth) => String(nth * 130))
  for (const userid of knownPeople) await vireo.services.feed.getVideos(RecsRequest.fromPartial({ userid }), never)
  const [features] = (await vireo.eventLog.extents()).filter(({ topic }) => topic === 'features')
  const bytes: number[] = []
  for await (const records of vireo.eventLog.read({ ...features!, offset: features!.end - asked }, never)) {
    for (const { value } of records) bytes.push(value.length / decodeFeatures(value).items.length)
    if (bytes.length === asked) break
  }
  bytes.sort((a, b) => a - b)
  const mean = bytes.reduce((sum, each) => sum + each) / asked
  t.diagnostic(`a candidate: median ${bytes[asked / 2]}, mean ${mean.toFixed(0)}, most ${bytes.at(-1)} bytes`)
  assert.ok(bytes[asked / 2]! <= 300 && mean <= 300)
})

async function withLake<Result>(
  lake: Awaited<ReturnType<typeof openLakeBeside>>['lake'],
  work: (database: LakeDatabase) => Promise<Result>,
): Promise<Result> {
  const pin = await lake.pin()
  const database = await LakeDatabase.open({ memoryMb, tempFolder: join(folder, 'spilled') })
  try {
    for (const sql of viewsSql(pin.manifest, (path) => lake.location(path))) await database.run(sql)
    return await work(database)
  } finally {
    database.close()
    await pin.release()
  }
}

/** Runs a script of the repository on the data folder; its progress goes to standard error. */
async function command(t: TestContext, script: string, ...args: readonly string[]) {
  const env = { ...process.env, VIREO_DATA_DIR: dataDir, VIREO_LOG_LEVEL: 'warn' }
  const child = spawn(process.execPath, [script, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill())
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  const [code] = await once(child, 'close')
  return { code: code as number | null, out }
}
