import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { createLog } from './log.ts'

test('a log line is JSON and shows no secret', () => {
  const to = new PassThrough()
  createLog('info', to).info({ headers: { authorization: 'Bearer vk_1' }, key: { secret: 'vk_2', name: 'app' }, token: 'vk_3' }, 'called')
  const line = JSON.parse(String(to.read()))
  assert.deepEqual([line.msg, line.key.name, line.headers.authorization], ['called', 'app', '…'])
  assert.doesNotMatch(JSON.stringify(line), /vk_/)
})
