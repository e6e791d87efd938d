import { setTimeout as sleep } from 'node:timers/promises'
import type { JobText } from '../../ports/stream-jobs.ts'
import type { FlinkHttp } from './flink-http.ts'

const pollMs = 100

interface Result {
  readonly resultType: 'NOT_READY' | 'PAYLOAD' | 'EOS'
  readonly jobID?: string
  readonly results?: { readonly data: readonly { readonly fields: readonly unknown[] }[] }
}

/** Runs a job's statements in a session of their own, which ends with that; the id of the job. */
export async function submitThrough(gateway: FlinkHttp, job: JobText, signal: AbortSignal): Promise<string> {
  const { sessionHandle } = await gateway.post<{ sessionHandle: string }>('/v1/sessions', { properties: job.settings }, signal)
  const session = `/v1/sessions/${sessionHandle}`
  try {
    let last: Result | undefined
    for (const statement of job.statements) last = await execute(gateway, session, statement, signal)
    return String(last?.jobID ?? last?.results?.data[0]?.fields[0])
  } finally {
    await gateway.delete(session, AbortSignal.timeout(closeMs)).catch(() => undefined)
  }
}

const closeMs = 5_000

async function execute(gateway: FlinkHttp, session: string, statement: string, signal: AbortSignal): Promise<Result> {
  const { operationHandle } = await gateway.post<{ operationHandle: string }>(`${session}/statements`, { statement }, signal)
  for (;;) {
    const result = await gateway.get<Result>(`${session}/operations/${operationHandle}/result/0?rowFormat=JSON`, signal)
    if (result.resultType !== 'NOT_READY') return result
    await sleep(pollMs, undefined, { signal })
  }
}
