import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startFlink } from '../for-tests.ts'

const signal = AbortSignal.timeout(120_000)

test('a statement sent to the gateway runs as a job on the cluster', async () => {
  await using flink = await startFlink()
  const session = `${flink.addresses.gateway}/v1/sessions`
  const { sessionHandle } = await post<{ sessionHandle: string }>(session, {})
  const statements = `${session}/${sessionHandle}/statements`
  const { operationHandle } = await post<{ operationHandle: string }>(statements, {
    statement: 'SELECT SUM(n) FROM (VALUES 1, 2, 39) AS t(n)',
  })
  let rows: unknown[] = []
  for (let next = `/v1/sessions/${sessionHandle}/operations/${operationHandle}/result/0?rowFormat=JSON`; next !== undefined; ) {
    const { resultType, results, nextResultUri } = await get<Page>(`${flink.addresses.gateway}${next}`)
    if (resultType === 'NOT_READY') await sleep(50)
    rows = [...rows, ...(results?.data ?? [])]
    next = nextResultUri
  }
  assert.deepEqual(rows.at(-1), { kind: 'UPDATE_AFTER', fields: [42] })
})

interface Page {
  readonly resultType: 'NOT_READY' | 'PAYLOAD' | 'EOS'
  readonly results?: { readonly data: readonly unknown[] }
  readonly nextResultUri: string
}

async function post<Answer>(url: string, body: unknown): Promise<Answer> {
  return answer(await fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' }, signal }))
}

async function get<Answer>(url: string): Promise<Answer> {
  return answer(await fetch(url, { signal }))
}

async function answer<Answer>(response: Response): Promise<Answer> {
  const text = await response.text()
  assert.ok(response.ok, text)
  return JSON.parse(text)
}
