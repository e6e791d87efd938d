import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Place, StoredRecord } from '../ports/event-log.ts'
import { DrainSession } from './drain-session.ts'
import { watchRecord } from './records-for-tests.ts'

test('records that come one by one are taken in a few times a second, and at once when somebody waits for them', async () => {
  const events = { topic: 'events', partition: 0, first: 0 } as const
  const stop = new AbortController()
  const committed = { version: 1, reached: [] }
  const commits = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let taken = 0
  const session = new DrainSession({
    log: {
      extents: async () => [{ ...events, end: 1 }],
      async *read({ offset }: Place, signal: AbortSignal): AsyncGenerator<readonly StoredRecord[]> {
        for (let next = offset; !signal.aborted; next++) yield [{ ...events, ...watchRecord(`e${next}`), offset: next }]
      },
    },
    writer: {
      committed,
      add: async () => ({ records: ++taken, bytes: 0 }),
      flush: async () => committed,
      retainable: async () => [],
      tidy: async () => undefined,
      close: async () => undefined,
    },
    limits: { maxRecords: 1_000_000, maxBytes: 2 ** 30, maxAgeMs: 60_000 },
    onAdd: () => undefined,
    onCommit: () => commits.shift()?.resolve(),
  })
  const [first, second] = commits.map(({ promise }) => promise)
  const running = session.run(stop.signal)
  await first
  const started = performance.now()
  await sleep(250)
  assert.ok(taken <= 2 + (performance.now() - started) / 100, `${taken} times`)
  session.hurry([{ ...events, end: 1_000 }])
  await second
  assert.ok(taken >= 1_000)
  stop.abort()
  await running
})
