import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Level } from '../generated/vireo/v1/feed.ts'
import { seededRandom } from '../random.ts'
import { WaitingLine } from './waiting-line.ts'

/** What a page takes at each level, in ms. */
const costMs = { [Level.LEVEL_FULL]: 15, [Level.LEVEL_LIGHT_RANKING]: 10, [Level.LEVEL_NO_RANKING]: 3, [Level.LEVEL_POPULAR]: 0.4 }
const waitMs = 70

interface Served {
  readonly person: number
  readonly ms: number
  readonly level: Level
}

/** One core that makes a page after the other for those who come at these times; a page takes so many times as long as above. */
async function served(arrivalsMs: readonly number[], slowness = 1): Promise<Served[]> {
  let nowMs = 0
  const line = new WaitingLine({ atOnce: 1, waitMs, now: () => nowMs })
  const all: Served[] = []
  let next = 0
  let end: { readonly atMs: number; readonly page: () => void } | undefined
  while (next < arrivalsMs.length || end !== undefined) {
    const comes = next < arrivalsMs.length && arrivalsMs[next]! <= (end?.atMs ?? Number.POSITIVE_INFINITY)
    nowMs = comes ? arrivalsMs[next]! : end!.atMs
    if (comes) {
      const person = next++
      void Promise.resolve(line.enter()).then((turn) => {
        const page = () => {
          all.push({ person, ms: nowMs - arrivalsMs[person]!, level: turn.level })
          end = undefined
          turn.made()
        }
        end = { atMs: nowMs + slowness * costMs[turn.level as keyof typeof costMs], page }
      })
    } else end!.page()
    await new Promise(setImmediate)
  }
  return all
}

/** As people come: a Poisson process. */
function comingPerSecond(rate: number, seconds: number): number[] {
  const random = seededRandom(3, 5, 7, 11)
  const times: number[] = []
  for (let atMs = 0; atMs < seconds * 1_000; ) {
    atMs += (-Math.log(1 - random()) * 1_000) / rate
    times.push(atMs)
  }
  return times
}

const p99 = (pages: readonly Served[]) => pages.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(0.99 * (pages.length - 1))]!
const shareAt = (level: Level, pages: readonly Served[]) => pages.filter((page) => page.level === level).length / pages.length

test('whoever comes first goes first, and who comes alone has not waited', async () => {
  const pages = await served([0, 1, 2, 100])
  assert.deepEqual(
    pages.map(({ ms, person }) => [person, ms]),
    [
      [0, 15],
      [1, 29],
      [2, 43],
      [3, 15],
    ],
  )
})

test('at light load, and in a burst, every page is at level full', async () => {
  const burst = [0, 1, 2, 3].flatMap((nth) => [0, 1, 2, 3, 4].map((ms) => 1_000 * nth + ms))
  for (const arrivals of [comingPerSecond(5, 60), burst]) assert.equal(shareAt(Level.LEVEL_FULL, await served(arrivals)), 1)
})

test('at three quarters of what can be served, hardly anybody gets a page that takes less work', async () => {
  const pages = await served(comingPerSecond(50, 60))
  assert.ok(shareAt(Level.LEVEL_FULL, pages) > 0.95, `${shareAt(Level.LEVEL_FULL, pages)}`)
})

test('however many come, pages take less work while the line is too long, and nobody waits for long', async () => {
  // One core can make 66 pages a second at level full, 100 with light ranking, and 333 without.
  for (const rate of [83, 130, 250, 1_000]) {
    const pages = await served(comingPerSecond(rate, 20))
    assert.ok(p99(pages) <= 110, `${p99(pages)} ms at ${rate} a second`)
  }
  const slightly = await served(comingPerSecond(83, 20))
  assert.ok(shareAt(Level.LEVEL_FULL, slightly) > 0.5 && shareAt(Level.LEVEL_POPULAR, slightly) < 0.01)
})

test('those who always come again at once get full pages, as long as they are few', async () => {
  const line = new WaitingLine({ atOnce: 1, waitMs, now: () => nowMs })
  let nowMs = 0
  const waiting = [0, 1, 2].map(() => Promise.resolve(line.enter()))
  for (let page = 0; page < 200; page++) {
    const turn = await waiting.shift()!
    assert.equal(turn.level, Level.LEVEL_FULL)
    nowMs += costMs[Level.LEVEL_FULL]
    waiting.push(Promise.resolve(line.enter()))
    turn.made()
  }
})

test('when fewer come again, all pages are at level full again', async () => {
  const many = comingPerSecond(250, 5)
  const pages = await served([...many, ...comingPerSecond(5, 20).map((ms) => 5_100 + ms)])
  assert.equal(shareAt(Level.LEVEL_FULL, pages.slice(many.length)), 1)
})

test('where a page takes long, nobody gets less because one is before them', async () => {
  // 90 ms a page: more than the last in line may have to wait.
  const pages = await served(comingPerSecond(3, 300), 6)
  assert.ok(shareAt(Level.LEVEL_FULL, pages) > 0.95, `${shareAt(Level.LEVEL_FULL, pages)}`)
})

test('who has gone says nothing of how long a page takes', async () => {
  let nowMs = 0
  const line = new WaitingLine({ atOnce: 1, waitMs, now: () => nowMs })
  const first = await line.enter()
  nowMs = costMs[Level.LEVEL_FULL]
  const others = Array.from({ length: 200 }, () => line.enter())
  first.made()
  for (const gone of others.slice(0, 100)) (await gone).end()
  assert.notEqual((await others[100]!).level, Level.LEVEL_FULL)
})

test('a turn that is ended again gives nobody else a turn', () => {
  const line = new WaitingLine({ atOnce: 1, waitMs })
  const turn = line.enter()
  assert.ok(!(turn instanceof Promise))
  turn.made()
  turn.end()
  assert.ok(!(line.enter() instanceof Promise))
  assert.ok(line.enter() instanceof Promise)
})
