import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { hourMs } from '../../clock.ts'
import { openReplayState } from '../../compose/beside.ts'
import { configSchema } from '../../config.ts'
import { FeedVectors } from '../../features/vector/feed-vectors.ts'
import { withDatabase } from '../../lake/lake-for-tests.ts'
import { viewsSql } from '../../lake/views.ts'
import { LakeWithSamples, servedMs } from '../samples-for-tests.ts'
import { logImportedPages } from './log-imported-pages.ts'

async function logged(context: TestContext, { lake, clock }: LakeWithSamples): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'vireo-pages-'))
  context.after(() => rm(folder, { recursive: true }))
  const state = await openReplayState(folder, configSchema.parse({}))
  const pages = await logImportedPages({ lake, clock, state, memoryMb: 256, signal: AbortSignal.timeout(60_000) })
  await state.close()
  return pages
}

const features = (lake: LakeWithSamples['lake']) =>
  withDatabase(lake, async (database) => {
    for (const sql of viewsSql(await lake.manifest(), (path) => lake.location(path))) await database.run(sql)
    const sql = `SELECT slate_id, item_index, video_id, person, time_ms, date, hour, len(person_values), len(item_values)
      FROM features ORDER BY slate_id, item_index`
    return (await database.answer(sql)).rows
  })

test('pages that were imported have vectors in the hour of each, once', async (context) => {
  const samples = await LakeWithSamples.open(context)
  const pages = [
    samples.slate('s1', ['c', 'a'], { imported: true }),
    samples.slate('s2', ['b'], { imported: true, timeMs: servedMs + 30 * hourMs, person: 'bob' }),
    // As long ago in its hour as the hour reaches, and one that was not imported.
    samples.slate('s3', ['a'], { imported: true, timeMs: servedMs - (servedMs % hourMs) + hourMs }),
    samples.slate('s4', ['a']),
  ]
  await samples.add(...pages)
  assert.equal(await logged(context, samples), 3)
  const widths = [FeedVectors.personWidth, FeedVectors.itemWidth]
  assert.deepEqual(await features(samples.lake), [
    ['s1', 0, 'c', 'ann', pages[0]!.timeMs, '2026-01-15', '07', ...widths],
    ['s1', 1, 'a', 'ann', pages[0]!.timeMs, '2026-01-15', '07', ...widths],
    ['s2', 0, 'b', 'bob', pages[1]!.timeMs, '2026-01-16', '13', ...widths],
    ['s3', 0, 'a', 'ann', pages[2]!.timeMs, '2026-01-15', '08', ...widths],
  ])
  assert.equal(await logged(context, samples), 0)
  await samples.add(samples.slate('s5', ['b'], { imported: true, timeMs: servedMs + 1 }))
  assert.equal(await logged(context, samples), 2, 'with what its hour had')
  assert.equal((await features(samples.lake)).length, 5)
})
