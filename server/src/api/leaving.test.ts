import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConsoleServiceClient } from '../generated/vireo/v1/console.ts'
import { WatchResponse } from '../generated/vireo/v1/console_now.ts'
import { fakeServices, startForTests } from './api-for-tests.ts'

test('doors that close do not wait for those who watch', async (t) => {
  const services = fakeServices()
  const endless: typeof services = {
    ...services,
    console: {
      ...services.console,
      async *watch(_, signal) {
        for (; !signal.aborted; await sleep(10)) yield WatchResponse.create({ windowS: 60 })
      },
    },
  }
  const { client, close, url } = await startForTests(t, { services: endless })
  const response = await fetch(`${url}/v1/admin/watch`, { headers: { accept: 'text/event-stream' } })
  const overGrpc = client(ConsoleServiceClient).watch({})
  const ended = new Promise((resolve) => overGrpc.on('end', resolve))
  await new Promise((resolve) => overGrpc.once('data', resolve))
  const started = performance.now()
  const [text] = await Promise.all([response.text(), ended, close(60_000)])
  assert.match(text, /^data: \{"windowS":60\}\n\n/)
  assert.ok(performance.now() - started < 20_000)
})
