import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqliteEventLog } from '../../server/src/adapters/embedded/sqlite-event-log.ts'
import { recordOf } from '../records-for-tests.ts'
import { newFolder, serve, vireo } from './vireo.ts'

test('records that can not be applied are listed with why, and a replay that can apply none of them says so', async (t) => {
  const dataDir = join(newFolder(), 'data')
  const empty = await serve(['--no-sample'], dataDir)
  const none = await vireo(['dead-letters', 'list'], empty.env)
  assert.deepEqual([none.code, none.out], [0, 'There are none.\n'])
  await empty.stop()
  const log = await openSqliteEventLog({ file: join(dataDir, 'log.sqlite') })
  const [place] = await log.append([recordOf('events', Buffer.from([0xff, 0xff]))])
  await log.close()
  const name = `events/${place!.partition}/${place!.offset}`

  const server = await serve(['--no-sample'], dataDir)
  t.after(() => server.stop())
  const listed = await vireo(['dead-letters', 'list'], server.env)
  assert.match(listed.out, new RegExp(`${name}.*RECORD_UNREADABLE`))
  const [letter] = JSON.parse((await vireo(['dead-letters', 'list', '--json'], server.env)).out).letters
  assert.partialDeepStrictEqual(letter, { key: 'ada', code: 'RECORD_UNREADABLE', value: '//8=' })
  const replayed = await vireo(['dead-letters', 'replay', name], server.env)
  assert.equal(replayed.code, 3)
  assert.match(replayed.out, /^0 applied, 1 left/)
  assert.equal((await vireo(['dead-letters', 'replay', 'events'], server.env)).code, 2)
  const metrics = await (await fetch(`${server.http}/metrics`)).text()
  assert.match(metrics, /^vireo_dead_letters 1$/m)
})
