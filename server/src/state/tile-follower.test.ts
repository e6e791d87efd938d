import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { DiskForTests } from '../features/tiles/disk-for-tests.ts'
import { FeatureTiles } from '../features/tiles/feature-tiles.ts'
import { feedViews } from '../features/views/feed-views.ts'
import type { TileLog } from '../ports/tile-log.ts'
import { TileFollower } from './tile-follower.ts'
import { TileProgress } from './tile-progress.ts'

const topic = 'tiles'
const view = feedViews.video.impressions
const nowMs = Date.UTC(2026, 0, 15, 12)

/** A topic in memory, of one partition, that gives a record at a time. */
class TopicForTests implements TileLog {
  readonly values: Buffer[] = []

  write(video: string, impressions: number): void {
    const tile = { view: view.name, version: 1, video_id: video, hop_ms: 60_000, hop_start_ms: nowMs, impressions }
    this.values.push(Buffer.from(JSON.stringify(tile)))
  }

  async extents() {
    return [{ topic, partition: 0, first: 0, end: this.values.length }]
  }

  async follow(next: Parameters<TileLog['follow']>[0], apply: Parameters<TileLog['follow']>[1], signal: AbortSignal) {
    while (!signal.aborted) {
      const offset = next({ topic, partition: 0 })
      const value = this.values[offset]
      if (value !== undefined) {
        await apply({ topic, partition: 0, records: [{ offset, timeMs: nowMs, key: Buffer.alloc(0), value }], next: offset + 1 })
      }
      await sleep(1)
    }
  }

  async close() {}
}

/** A server's part that takes tiles, with the videos that it knows and those that it hears of when it asks. */
function taking(t: TestContext, log: TopicForTests, disk: DiskForTests, known: string[], toCome: string[] = []) {
  const ids = { find: (id: string) => known.indexOf(id), id: (number: number) => known[number]! }
  const tiles = new FeatureTiles({ views: [view], ids: { video_id: ids }, whole: true })
  const progress = new TileProgress()
  const tables = [...tiles.tables, { name: progress.name, changes: progress.changes, load: progress.load.bind(progress) }]
  disk.load(tables)
  tiles.expire(nowMs)
  let catalogued = Number.NEGATIVE_INFINITY
  const catalogue = {
    catalogueAgeMs: () => performance.now() - catalogued,
    catalogued: async () => {
      catalogued = performance.now()
      known.push(...toCome)
    },
  }
  const unreadable: unknown[] = []
  const follower = new TileFollower({
    ...{ log, tiles, progress, catalogue },
    views: new Map([[topic, view]]),
    clock: { now: () => nowMs },
    onError: (error) => assert.fail(error as Error),
    onUnreadable: (error) => unreadable.push(error),
  })
  t.after(() => follower.close())
  const reader = tiles.reader(view)
  return {
    follower,
    unreadable,
    save: () => disk.save(tables),
    impressions(video: string) {
      const values = new Float64Array(reader.width)
      reader.windowValues(reader.find(video), nowMs, values)
      return values[reader.at('10m', 'impressions')]
    },
    caughtUp: () => follower.caughtUp(AbortSignal.timeout(10_000), () => undefined),
  }
}

test('a tile of a video that this server has not heard of waits for the catalogue, and what is unknown then has gone', async (t) => {
  const log = new TopicForTests()
  for (const video of ['old', 'new', 'gone']) log.write(video, 3)
  const server = taking(t, log, new DiskForTests(), ['old'], ['new'])
  server.follower.start()
  await server.caughtUp()
  assert.deepEqual(['old', 'new', 'gone'].map(server.impressions), [3, 3, 0])
})

test('tiles and how far they were read are saved as of one moment, and the next start goes on from there', async (t) => {
  const log = new TopicForTests()
  const disk = new DiskForTests()
  const first = taking(t, log, disk, ['v'])
  log.write('v', 1)
  first.follower.start()
  await first.caughtUp()
  first.save()
  log.write('v', 2)
  await first.caughtUp()
  await first.follower.close()
  const second = taking(t, log, disk, ['v'])
  assert.equal(second.impressions('v'), 1)
  assert.equal(await second.follower.behind(), 1)
  second.follower.start()
  await second.caughtUp()
  assert.equal(second.impressions('v'), 2)
})

test('a record that is no tile is told with its place, and those behind it come', async (t) => {
  const log = new TopicForTests()
  log.values.push(Buffer.from('no tile'))
  log.write('v', 5)
  const server = taking(t, log, new DiskForTests(), ['v'])
  server.follower.start()
  await server.caughtUp()
  assert.equal(server.impressions('v'), 5)
  assert.deepEqual([server.unreadable.length, server.follower.unreadable], [1, 1])
})
