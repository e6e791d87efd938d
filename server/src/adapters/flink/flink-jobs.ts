import { setTimeout as sleep } from 'node:timers/promises'
import { VireoError } from '../../errors.ts'
import type { JobDetails, JobText, StreamJob, StreamJobs } from '../../ports/stream-jobs.ts'
import { submitThrough } from './flink-gateway.ts'
import { FlinkHttp, rootCause } from './flink-http.ts'

export interface FlinkAddresses {
  /** Of the job manager's REST interface. */
  readonly restUrl: string
  /** Of the SQL gateway. */
  readonly gatewayUrl: string
}

const pollMs = 200
const ended = new Set(['FINISHED', 'FAILED', 'CANCELED'])

/** Jobs of a Flink cluster (2.1 or later), by its REST interface and its SQL gateway. */
export class FlinkJobs implements StreamJobs {
  readonly #rest: FlinkHttp
  readonly #gateway: FlinkHttp
  readonly #secrets: ReadonlyMap<string, string>

  /** `secrets`: what stands in statements for what nobody may read, which is put in on the way. */
  constructor({ restUrl, gatewayUrl }: FlinkAddresses, secrets: ReadonlyMap<string, string> = new Map()) {
    const hide = (text: string) => [...secrets].reduce((text, [name, secret]) => text.replaceAll(secret, name), text)
    this.#rest = new FlinkHttp(restUrl, hide)
    this.#gateway = new FlinkHttp(gatewayUrl, hide)
    this.#secrets = secrets
  }

  submit({ settings, statements }: JobText, from: string | undefined, signal: AbortSignal): Promise<string> {
    const reveal = (text: string) => [...this.#secrets].reduce((text, [name, secret]) => text.replaceAll(name, secret), text)
    const restored = from === undefined ? settings : { ...settings, 'execution.state-recovery.path': from }
    return submitThrough(this.#gateway, { settings: restored, statements: statements.map(reveal) }, signal)
  }

  async jobs(signal: AbortSignal): Promise<readonly StreamJob[]> {
    const { jobs } = await this.#rest.get<{ jobs: readonly OverviewJob[] }>('/jobs/overview', signal)
    return jobs
      .map(({ jid, name, state, 'start-time': startedMs }) => ({ id: jid, name, state, hasEnded: ended.has(state), startedMs }))
      .toSorted((a, b) => b.startedMs - a.startedMs)
  }

  async details(id: string, signal: AbortSignal): Promise<JobDetails> {
    const [{ state, vertices }, { counts, latest }, { exceptionHistory }] = await Promise.all([
      this.#rest.get<{ state: string; vertices: readonly Vertex[] }>(`/jobs/${id}`, signal),
      this.#rest.get<Checkpoints>(`/jobs/${id}/checkpoints`, signal),
      this.#rest.get<Exceptions>(`/jobs/${id}/exceptions?maxExceptions=1`, signal),
    ])
    // A job that was stopped takes its checkpoints with it, also one that it made after the savepoint.
    const newest = [state === 'FINISHED' ? undefined : latest.completed, latest.savepoint]
      .filter((point) => point !== undefined && point !== null)
      .toSorted((a, b) => b.trigger_timestamp - a.trigger_timestamp)[0]
    const trace = exceptionHistory.entries[0]?.stacktrace
    return {
      tasks: vertices.length,
      running: vertices.filter(({ status }) => status === 'RUNNING').length,
      checkpoints: counts.completed,
      restorePoint: newest && { path: newest.external_path, takenMs: newest.trigger_timestamp },
      stateBytes: newest?.state_size ?? 0,
      failure: trace === undefined ? undefined : rootCause(trace),
      behind: await this.#behind(id, vertices, signal),
    }
  }

  async parameters(id: string, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { 'execution-config': config } = await this.#rest.get<{ 'execution-config'?: { 'user-config'?: Record<string, string> } }>(
      `/jobs/${id}/config`,
      signal,
    )
    return config?.['user-config'] ?? {}
  }

  async stop(id: string, signal: AbortSignal): Promise<string> {
    const { 'request-id': request } = await this.#rest.post<{ 'request-id': string }>(`/jobs/${id}/stop`, { drain: false }, signal)
    for (;;) {
      const { status, operation } = await this.#rest.get<Savepoint>(`/jobs/${id}/savepoints/${request}`, signal)
      const failure = operation?.['failure-cause']?.['stack-trace']
      if (failure !== undefined) throw failed(`Flink could not stop the job with a savepoint, so it runs on: ${rootCause(failure)}`)
      if (status.id === 'COMPLETED') return this.#told(id, operation!.location!, signal)
      await sleep(pollMs, undefined, { signal })
    }
  }

  /** What the cluster tells of a job may be seconds old (`web.refresh-interval`): waits until it tells of a savepoint. */
  async #told(id: string, savepoint: string, signal: AbortSignal): Promise<string> {
    while ((await this.details(id, signal)).restorePoint?.path !== savepoint) await sleep(pollMs, undefined, { signal })
    return savepoint
  }

  async cancel(id: string, signal: AbortSignal): Promise<void> {
    await this.#rest.patch(`/jobs/${id}?mode=cancel`, signal)
    for (;;) {
      const { state } = await this.#rest.get<{ state: string }>(`/jobs/${id}`, signal)
      if (ended.has(state)) return
      await sleep(pollMs, undefined, { signal })
    }
  }

  /** As its readers of Kafka tell. */
  async #behind(id: string, vertices: readonly Vertex[], signal: AbortSignal): Promise<number | undefined> {
    const sums = await Promise.all(
      vertices
        .filter(({ name }) => name.startsWith('Source: '))
        .map(async (vertex) => {
          const metrics = `/jobs/${id}/vertices/${vertex.id}/subtasks/metrics`
          const names = (await this.#rest.get<readonly { id: string }[]>(metrics, signal)).map(({ id }) => id)
          const pending = names.filter((name) => name.endsWith('.pendingRecords'))
          if (pending.length === 0) return Number.NaN
          const found = await this.#rest.get<readonly { sum: number }[]>(`${metrics}?get=${pending.join(',')}&agg=sum`, signal)
          return found.reduce((total, { sum }) => total + sum, 0)
        }),
    )
    const total = sums.reduce((a, b) => a + b, 0)
    return sums.length === 0 || Number.isNaN(total) ? undefined : total
  }
}

const failed = (message: string) => new VireoError({ code: 'FLINK_REFUSED', fault: 'server', retryable: true, message })

interface OverviewJob {
  readonly jid: string
  readonly name: string
  readonly state: string
  readonly 'start-time': number
}

interface Vertex {
  readonly id: string
  readonly name: string
  readonly status: string
}

interface Point {
  readonly external_path: string
  readonly trigger_timestamp: number
  readonly state_size: number
}

interface Checkpoints {
  readonly counts: { readonly completed: number }
  readonly latest: { readonly completed?: Point | null; readonly savepoint?: Point | null }
}

interface Exceptions {
  readonly exceptionHistory: { readonly entries: readonly { readonly stacktrace: string }[] }
}

interface Savepoint {
  readonly status: { readonly id: string }
  readonly operation?: { readonly location?: string; readonly 'failure-cause'?: { readonly 'stack-trace': string } }
}
