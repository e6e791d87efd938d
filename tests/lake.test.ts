import assert from 'node:assert/strict'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { newFolder, serve, smallFolder, vireo } from './cli/vireo.ts'
import { Type, VideoState, videoIds, vireoForTests } from './vireo-for-tests.ts'

const patienceMs = 20_000
const people = ['ada', 'bob', 'cem']

test('what people do can be asked for in SQL while the server runs, and after it was killed', async (t) => {
  const server = await serve(['--no-sample', '--import', smallFolder()], undefined, { VIREO_LAKE_COMMIT_SECONDS: '1' })
  t.after(() => server.kill())
  const events = ['a', 'b', 'c'].map((eventId) => ({ evtType: 'Watch', userid: 'ann', videoId: 'v1', eventId, watchMs: 9_000 }))
  const answer = await fetch(`${server.http}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  })
  assert.deepEqual([answer.status, await answer.json()], [200, { accepted: 3 }])
  const query = ['lake', 'sql', "SELECT event_id FROM events WHERE person = 'ann' ORDER BY ALL", '--json']
  const expected = [{ event_id: 'a' }, { event_id: 'b' }, { event_id: 'c' }]
  const askedMs = performance.now()
  let said: unknown[] = []
  while (said.length < expected.length && performance.now() - askedMs < patienceMs) {
    const { code, out } = await vireo(query, server.env)
    said = code === 0 ? JSON.parse(out) : []
    await sleep(100)
  }
  assert.deepEqual(said, expected)
  const metrics = await (await fetch(`${server.http}/metrics`)).text()
  assert.match(metrics, /^vireo_lake_behind_records \d+$/m)
  assert.match(metrics, /^vireo_lake_failing 0$/m)

  await server.kill()
  assert.deepEqual(JSON.parse((await vireo(query, server.env)).out), expected)
  const { code, out } = await vireo(['lake', 'sql', 'SELECT count(*) AS n FROM events', '--json'], server.env)
  assert.deepEqual([code, JSON.parse(out)], [0, [{ n: 203 }]])
})

test('an answer says how much of the log it can not know of yet', async (t) => {
  const server = await serve(['--no-sample', '--import', smallFolder()], undefined, { VIREO_LAKE_COMMIT_SECONDS: '600' })
  t.after(() => server.kill())
  const asked = async () => {
    await fetch(`${server.http}/v1/feed/ann`)
    return vireo(['lake', 'sql', 'SELECT count(*) AS n FROM events'], server.env)
  }
  // The first commits are still of what was imported.
  let { code, err } = await asked()
  for (let tries = 0; err === '' && tries < 20; tries++) ({ code, err } = await asked())
  assert.equal(code, 0)
  assert.match(err, /^The newest \d+ records of the log are not in the lake yet/m)
  await server.stop()
  rmSync(join(server.env.VIREO_DATA_DIR!, 'log.sqlite'))
  const alone = await vireo(['lake', 'sql', 'SELECT 1 AS n', '--json'], server.env)
  assert.deepEqual([alone.code, JSON.parse(alone.out)], [0, [{ n: 1 }]])
  assert.match(alone.err, /^The log could not be asked for what is not in the lake yet: /m)
})

test('all state is made anew by a command, and an import without a server ends when all is in the lake', async () => {
  const env = { VIREO_DATA_DIR: join(newFolder(), 'data') }
  assert.equal((await vireo(['import', smallFolder()], env)).code, 0)
  const behind = await vireo(['lake', 'status', '--json'], env)
  const { tables } = JSON.parse(behind.out) as { tables: { table: string; behind: number; rows: number }[] }
  assert.deepEqual(
    tables.map(({ behind }) => behind),
    tables.map(() => 0),
    'the import ends when all is in the lake',
  )
  // Windows slide on with the clock meanwhile.
  const dumped = () => dump(env.VIREO_DATA_DIR).filter((row) => !row.startsWith('rows_tiles'))
  const before = dumped()
  assert.ok(before.length > 60)

  const { code, out } = await vireo(['rebuild', '--json'], env)
  assert.equal(code, 0)
  assert.ok((JSON.parse(out) as { records: number }).records >= 240)
  assert.deepEqual(dumped(), before)
})

test('where the state is lost, what the log has let go of is read from the lake: it comes to the same, to the last byte', async (t) => {
  const before = await vireoForTests(t, { config: { lake: { enabled: true, commitSeconds: 1 } } as never })
  const ids = videoIds(60)
  await before.put(...ids)
  for (const [n, person] of people.entries()) {
    const page = await before.page(person, { requestId: 1n })
    const watched = page.results.slice(0, 4).map(({ videoId, tracking }) => ({ videoId, tracking, watchMs: 3_000 * (n + 1) }))
    for (const { videoId, ...more } of watched) await before.did(person, Type.Watch, videoId, more)
    await before.did(person, Type.Like, watched[0]!.videoId)
    await before.changeState(ids[n]!, VideoState.VIDEO_STATE_TAKEN_DOWN)
  }
  await before.vireo.lake!.drain(AbortSignal.timeout(patienceMs))
  const { eventLog } = before.vireo
  for (const { topic, partition, end } of await eventLog.extents()) {
    if (topic !== 'control') await eventLog.retain({ topic, partition, offset: topic === 'events' ? end - 3 : end })
  }
  await before.did('ada', Type.Share, ids[50]!)
  await before.vireo.close()
  const after = await before.afterCrash({ onlyLog: true })
  for (const { topic, first } of await after.vireo.eventLog.extents()) assert.ok(first > 0 || topic === 'control')
  await after.vireo.close()
  const kept = dump(before.folder)
  assert.ok(kept.length > ids.length)
  assert.deepEqual(dump(after.folder), kept)
})

test('what is broken in the lake is made again from the log', async () => {
  const env = { VIREO_DATA_DIR: join(newFolder(), 'data') }
  await vireo(['import', smallFolder()], env)
  const events = join(env.VIREO_DATA_DIR, 'lake', 'events')
  const [file] = readdirSync(events, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.parquet'))
  writeFileSync(join(events, file!), 'no Parquet')
  assert.equal((await vireo(['lake', 'verify'], env)).code, 1)
  const { code, out } = await vireo(['lake', 'repair'], env)
  assert.equal(code, 0)
  assert.match(out, /^made again: events\//)
  assert.equal((await vireo(['lake', 'verify'], env)).code, 0)
  assert.match((await vireo(['lake', 'repair'], env)).out, /nothing to repair/)
})

/** All rows of the state, a line each, in an order of their own. */
function dump(dataDir: string): string[] {
  const db = new DatabaseSync(join(dataDir, 'state.sqlite'), { readOnly: true })
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'rows_%' ORDER BY name").all()
  const rows = tables.flatMap(({ name }) =>
    db
      .prepare(`SELECT key, hex(value) AS value FROM ${name} ORDER BY key`)
      .all()
      .map(({ key, value }) => `${name} ${key} ${value}`),
  )
  // Vectors of pages are no state: those that are in the lake alone are not read again.
  const places = db.prepare("SELECT topic, partition, offset FROM positions WHERE topic <> 'features' ORDER BY topic, partition").all()
  db.close()
  return [...rows, ...places.map((place) => JSON.stringify(place))]
}
