import { createHash } from 'node:crypto'
import { dayMs, hourMs } from '../clock.ts'
import { VireoError } from '../errors.ts'
import type { View } from '../features/language/view.ts'
import { standstillHours } from '../features/sql/flink-settings.ts'
import { versionedName } from '../features/tiles/tile-topics.ts'
import type { JobText, StreamJobs } from '../ports/stream-jobs.ts'
import { chosenViews } from './chosen-views.ts'
import { decodeAbout, describing, type JobAbout } from './job-about.ts'
import type { Deployed, DeployOptions, TileJob } from './tile-job.ts'
import { type HealthOptions, untilHealthy } from './until-healthy.ts'

export interface TileJobsParts {
  readonly cluster: StreamJobs
  /** All views of this version of Vireo. */
  readonly views: readonly View[]
  /** What the names of jobs begin with. */
  readonly prefix: string
  /** What keeps the tiles of some views. */
  readonly textOf: (name: string, views: readonly View[], fromMs: number | undefined) => JobText
  /** Makes the topics that tiles go to. */
  readonly prepare: (views: readonly View[]) => Promise<void>
  /** From when on the log has everything, in ms; undefined where that is always. */
  readonly wholeSince: () => Promise<number | undefined>
  readonly nowMs: () => number
}

/** The jobs that keep tiles. What each is it says itself in the cluster: its views never change, so its state always fits. */
export class TileJobs {
  readonly #parts: TileJobsParts

  constructor(parts: TileJobsParts) {
    this.#parts = parts
  }

  /** Those that run, and of each other name those that have ended, up to the newest that can be gone on from. */
  async list(signal: AbortSignal): Promise<TileJob[]> {
    const { cluster, prefix } = this.#parts
    const found: TileJob[] = []
    for (const job of await cluster.jobs(signal)) {
      const isPast = ({ details, hasEnded, name }: TileJob) => name === job.name && (!hasEnded || details.restorePoint !== undefined)
      if (!job.name.startsWith(`${prefix}-`) || (job.hasEnded && found.some(isPast))) continue
      const about = decodeAbout(await cluster.parameters(job.id, signal))
      if (about !== undefined) found.push({ ...job, ...about, details: await cluster.details(job.id, signal) })
    }
    return found
  }

  /** Starts a job for views. Throws `FLINK_JOB_RUNS`, `FLINK_JOB_FAILED`, `VIEW_INVALID`. */
  async deploy(options: DeployOptions): Promise<Deployed> {
    const { signal, onProgress } = options
    const jobs = await this.list(signal)
    const running = jobs.filter(({ hasEnded }) => !hasEnded)
    const views = this.#chosen(options.views, running)
    const name = this.#nameOf(views)
    const before = options.anew ? undefined : jobs.findLast((job) => job.hasEnded && job.name === name)
    const from = options.from ?? (before && this.#goneOnFrom(before))
    onProgress?.(from === undefined ? 'reading the log from its beginning' : `going on from ${from}`)
    await this.#parts.prepare(views)
    const fromMs = from !== undefined && before ? before.fromMs : await this.#wholeDaysSince()
    if (fromMs !== undefined) onProgress?.(`writing tiles from ${dayOf(fromMs)} on, as the log lacks records before`)
    const id = await this.#run(this.#about(name, views, fromMs), from, options)
    return { name, id, views: views.map(versionedName), from }
  }

  /** Stops jobs, all of them by default, with a savepoint each. Throws `FLINK_JOB_UNKNOWN`. */
  async stop(names: readonly string[], signal: AbortSignal): Promise<{ readonly name: string; readonly savepoint: string }[]> {
    const stopped = []
    for (const { id, name } of await this.#running(names, signal)) {
      stopped.push({ name, savepoint: await this.#parts.cluster.stop(id, signal) })
    }
    return stopped
  }

  /** Puts what this version of Vireo would deploy in the place of jobs, with their state. Throws `FLINK_UPGRADE_FAILED`, having gone back. */
  async upgrade(names: readonly string[], options: HealthOptions): Promise<Deployed[]> {
    const upgraded: Deployed[] = []
    for (const job of await this.#running(names, options.signal)) upgraded.push(await this.#upgrade(job, options))
    return upgraded
  }

  async #upgrade(job: TileJob, options: HealthOptions): Promise<Deployed> {
    const { cluster, views: known } = this.#parts
    const views = job.views.map((name) => known.find((view) => versionedName(view) === name))
    const gone = job.views.filter((_, at) => views[at] === undefined)
    if (gone.length > 0) {
      const message = `the job ${job.name} keeps views that this version has no more (${gone.join(', ')}); deploy the new ones beside it, and stop it when no server reads them`
      throw new VireoError({ code: 'FLINK_VIEWS_CHANGED', fault: 'client', retryable: false, message })
    }
    await this.#parts.prepare(views as View[])
    options.onProgress?.(`stopping ${job.name} with a savepoint`)
    const from = await cluster.stop(job.id, options.signal)
    options.onProgress?.(`stopped; its savepoint is ${from}`)
    const next = this.#about(job.name, views as View[], job.fromMs)
    const deployed = { name: job.name, views: job.views, from }
    try {
      return { ...deployed, id: await this.#run(next, from, options) }
    } catch (failure) {
      options.signal.throwIfAborted()
      const reason = (failure as Error).message
      options.onProgress?.(`going back: ${reason}`)
      try {
        await this.#run(job, from, options)
      } catch (cause) {
        const message = `the upgrade of ${job.name} failed (${reason}), and so did going back (${(cause as Error).message}); its savepoint is ${from}`
        throw new VireoError({ code: 'FLINK_JOB_FAILED', fault: 'server', retryable: false, message, cause })
      }
      const message = `the job as it was runs again, from ${from}; the new one did not: ${reason}`
      throw new VireoError({ code: 'FLINK_UPGRADE_FAILED', fault: 'server', retryable: false, message, cause: failure })
    }
  }

  /** Submits a job and waits until it is healthy; what is not ends. */
  async #run(about: JobAbout, from: string | undefined, options: HealthOptions): Promise<string> {
    const { cluster } = this.#parts
    const { signal, withinMs } = options
    options.onProgress?.('submitting')
    const limit = AbortSignal.timeout(withinMs)
    try {
      const id = await cluster.submit(describing(about), from, AbortSignal.any([signal, limit]))
      await untilHealthy(cluster, id, options)
      return id
    } catch (error) {
      await this.#remove(about.text.settings['pipeline.name']!)
      if (error instanceof VireoError || signal.aborted) throw error
      const message = `the gateway has not submitted the job within ${withinMs / 1_000} s`
      throw new VireoError({ code: 'FLINK_JOB_FAILED', fault: 'server', retryable: false, message, cause: error })
    }
  }

  /** Ends what runs by a name: its submission may have come through although nobody heard of it. */
  async #remove(name: string): Promise<void> {
    const limit = AbortSignal.timeout(removeMs)
    const jobs = await this.#parts.cluster.jobs(limit).catch(() => [])
    for (const job of jobs) {
      if (job.name === name && !job.hasEnded) await this.#parts.cluster.cancel(job.id, limit).catch(() => undefined)
    }
  }

  async #running(names: readonly string[], signal: AbortSignal): Promise<TileJob[]> {
    const running = (await this.list(signal)).filter(({ hasEnded }) => !hasEnded)
    const unknown = names.filter((wanted) => !running.some(({ name }) => name === wanted))
    if (unknown.length === 0 && running.length > 0) return running.filter(({ name }) => names.length === 0 || names.includes(name))
    const message = unknown.length > 0 ? `no job is called ${unknown.join(', ')}` : 'no job that keeps tiles runs'
    throw new VireoError({ code: 'FLINK_JOB_UNKNOWN', fault: 'client', retryable: false, message })
  }

  /** Those asked for, or all that nobody keeps. */
  #chosen(names: readonly string[] | undefined, running: readonly TileJob[]): readonly View[] {
    const wanted = chosenViews(this.#parts.views, names)
    const keeper = (view: View) => running.find((job) => job.views.includes(versionedName(view)))
    const free = wanted.filter((view) => !keeper(view))
    if (free.length > 0 && (names === undefined || free.length === wanted.length)) return free
    const [kept] = wanted.filter(keeper)
    const message = `the job ${keeper(kept!)!.name} keeps ${versionedName(kept!)} already`
    throw new VireoError({ code: 'FLINK_JOB_RUNS', fault: 'client', retryable: false, message })
  }

  #nameOf(views: readonly View[]): string {
    const digest = createHash('sha256').update(views.map(versionedName).toSorted().join(' ')).digest('hex')
    return `${this.#parts.prefix}-${digest.slice(0, 8)}`
  }

  #about(name: string, views: readonly View[], fromMs: number | undefined): JobAbout {
    return { views: views.map(versionedName), fromMs, text: this.#parts.textOf(name, views, fromMs) }
  }

  /** Where a job is gone on from that was stopped or has failed; undefined where its state is too old, or is none. */
  #goneOnFrom({ details: { restorePoint } }: TileJob): string | undefined {
    const isFresh = restorePoint !== undefined && this.#parts.nowMs() - restorePoint.takenMs < standstillHours * hourMs
    return isFresh ? restorePoint.path : undefined
  }

  async #wholeDaysSince(): Promise<number | undefined> {
    const sinceMs = await this.#parts.wholeSince()
    return sinceMs === undefined ? undefined : Math.ceil(sinceMs / dayMs) * dayMs
  }
}

const removeMs = 30_000

const dayOf = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 10)
