import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, hourMs } from '../clock.ts'
import type { View } from '../features/language/view.ts'
import { versionedName } from '../features/tiles/tile-topics.ts'
import { allFeedViews, feedViews } from '../features/views/feed-views.ts'
import type { JobText, StreamJob, StreamJobs } from '../ports/stream-jobs.ts'
import { TileJobs, type TileJobsParts } from './tile-jobs.ts'

const nowMs = Date.UTC(2026, 0, 15, 9)

interface Submitted {
  readonly from: string | undefined
  readonly parameters: Record<string, string>
}

/** A cluster on which all runs at once, and savepoints are made at a time of the test's. */
class ClusterForTests implements StreamJobs {
  readonly submitted: Submitted[] = []
  savepointsAtMs = nowMs
  readonly #jobs: (StreamJob & { path?: string })[] = []

  submit = async ({ settings }: JobText, from: string | undefined) => {
    const id = `job-${this.#jobs.length}`
    const parameters = settings['pipeline.global-job-parameters']!.split(',').map((pair) => pair.split(':'))
    this.submitted.push({ from, parameters: Object.fromEntries(parameters) })
    this.#jobs.unshift({ id, name: settings['pipeline.name']!, state: 'RUNNING', hasEnded: false, startedMs: 0 })
    return id
  }

  jobs = async () => [...this.#jobs]

  details = async (id: string) => {
    const { path } = this.#jobs.find((job) => job.id === id)!
    const restorePoint = path === undefined ? undefined : { path, takenMs: this.savepointsAtMs }
    return { tasks: 1, running: 1, checkpoints: 1, restorePoint, stateBytes: 0, failure: undefined, behind: 0 }
  }

  parameters = async (id: string) => this.submitted[Number(id.slice(4))]!.parameters

  stop = async (id: string) => {
    const at = this.#jobs.findIndex((job) => job.id === id)
    this.#jobs[at] = { ...this.#jobs[at]!, state: 'FINISHED', hasEnded: true, path: `savepoint-of-${id}` }
    return this.#jobs[at]!.path!
  }

  cancel = async () => undefined
}

const jobsOn = (cluster: ClusterForTests, parts: Partial<TileJobsParts> = {}) =>
  new TileJobs({
    cluster,
    views: allFeedViews,
    prefix: 'vireo.tiles',
    textOf: (name) => ({ settings: { 'pipeline.name': name }, statements: [] }),
    prepare: async () => undefined,
    wholeSince: async () => undefined,
    nowMs: () => nowMs,
    ...parts,
  })
const patience = { withinMs: 1_000, signal: AbortSignal.timeout(60_000) }

test('a new view, and a new version of one, get a job beside the one that runs', async () => {
  const cluster = new ClusterForTests()
  const [first, ...others] = allFeedViews as [View, ...View[]]
  await jobsOn(cluster).deploy(patience)
  const changed: View = { ...first, version: 2 }
  const { views } = await jobsOn(cluster, { views: [changed, ...others] }).deploy(patience)
  assert.deepEqual(views, [versionedName(changed)])
  await assert.rejects(jobsOn(cluster, { views: [changed, ...others] }).deploy(patience), { code: 'FLINK_JOB_RUNS' })
})

test('a job with views that are no more is not upgraded, and runs on', async () => {
  const cluster = new ClusterForTests()
  await jobsOn(cluster).deploy(patience)
  await assert.rejects(jobsOn(cluster, { views: allFeedViews.slice(1) }).upgrade([], patience), { code: 'FLINK_VIEWS_CHANGED' })
  assert.deepEqual(
    (await cluster.jobs()).map(({ state }) => state),
    ['RUNNING'],
  )
})

test('a job that stood still for a day reads the log anew: its state may have begun to go', async () => {
  for (const [hours, from] of [
    [23, 'savepoint-of-job-0'],
    [25, undefined],
  ] as const) {
    const cluster = new ClusterForTests()
    await jobsOn(cluster).deploy(patience)
    await jobsOn(cluster).stop([], patience.signal)
    cluster.savepointsAtMs = nowMs - hours * hourMs
    assert.equal((await jobsOn(cluster).deploy(patience)).from, from)
  }
})

test('of a log that has let go of records only whole days after them are counted, and so on after a restart', async () => {
  const cluster = new ClusterForTests()
  const counted: (number | undefined)[] = []
  const textOf: TileJobsParts['textOf'] = (name, _views, fromMs) => {
    counted.push(fromMs)
    return { settings: { 'pipeline.name': name }, statements: [] }
  }
  const told: string[] = []
  const cut = jobsOn(cluster, { textOf, wholeSince: async () => nowMs - 96 * hourMs })
  await cut.deploy({ ...patience, views: [feedViews.video.watches.name], onProgress: (what) => told.push(what) })
  assert.ok(told.some((what) => what.includes('2026-01-12')))
  await cut.stop([], patience.signal)
  await jobsOn(cluster, { textOf, wholeSince: async () => nowMs - 10 * hourMs }).deploy({ ...patience, views: ['video_watches'] })
  const since = Date.UTC(2026, 0, 12)
  assert.equal(since % dayMs, 0)
  assert.deepEqual(counted, [since, since])
})
