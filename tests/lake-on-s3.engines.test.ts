import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { S3ForTests } from '../server/src/adapters/s3/s3-for-tests.ts'
import { newFolder, serve, smallFolder, vireo } from './cli/vireo.ts'

const patienceMs = 60_000

describe('with lake.location in an object store', () => {
  let s3: S3ForTests
  before(async () => {
    s3 = await S3ForTests.start()
  })
  after(() => s3[Symbol.asyncDispose]())

  /** What a server and commands are given. */
  const settings = (location: string): Record<string, string> => ({
    VIREO_LAKE_LOCATION: location,
    VIREO_LAKE_COMMIT_SECONDS: '1',
    ...s3.settings,
  })

  test('what people do is there for SQL, checks and samples, while the server runs and after it was killed', async (t) => {
    const more = settings(`s3://${s3.bucket}/served`)
    const server = await serve(['--no-sample', '--import', smallFolder()], undefined, more)
    t.after(() => server.kill())
    const env = { ...more, ...server.env }
    const events = [{ evtType: 'Watch', userid: 'ann', videoId: 'v1', eventId: 'a', watchMs: 9_000 }]
    const sent = await fetch(`${server.http}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ events }),
    })
    assert.equal(sent.status, 200)
    const asked = async () => {
      const { code, out } = await vireo(['lake', 'sql', "SELECT event_id FROM events WHERE person = 'ann'", '--json'], env)
      return code === 0 ? (JSON.parse(out) as unknown[]) : []
    }
    const askedMs = performance.now()
    while ((await asked()).length === 0 && performance.now() - askedMs < patienceMs) await sleep(100)
    assert.deepEqual(await asked(), [{ event_id: 'a' }])

    await server.kill()
    assert.deepEqual(await asked(), [{ event_id: 'a' }])
    const verified = await vireo(['lake', 'verify', '--json'], env)
    assert.equal(verified.code, 0, verified.out)
    const exported = join(newFolder(), 'samples')
    const samples = await vireo(['samples', '--out', exported], env)
    assert.equal(samples.code, 0, samples.err)
    assert.ok(readdirSync(exported).length > 0)
  })

  test('a bucket that is not there is told by commands, and in the log of a server, which serves all the same', async (t) => {
    const more = settings('s3://no-such-bucket/lake')
    const server = await serve(['--no-sample', '--import', smallFolder()], undefined, more)
    t.after(() => server.kill())
    const { code, err } = await vireo(['lake', 'status'], { ...more, ...server.env })
    assert.notEqual(code, 0)
    assert.match(err, /no bucket for s3:\/\/no-such-bucket\/lake/)
    assert.equal((await fetch(`${server.http}/v1/videos/v1`)).status, 200)
    assert.match((await server.kill()).err, /S3_BUCKET_MISSING/)
  })
})
