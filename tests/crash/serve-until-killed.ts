// Serves feeds and takes events in `folder` under load, and tells each acknowledgement as a line of JSON.
import { writeSync } from 'node:fs'
import { idsOf, ManualClock, Type, videoIds, vireoForTests } from '../vireo-for-tests.ts'

const [folder, round] = process.argv.slice(2) as [string, string]
const tell = (what: object) => writeSync(1, `${JSON.stringify(what)}\n`)
const clock = new ManualClock()
clock.pass({ seconds: 20 * Number(round) })
const vireo = await vireoForTests({ after: () => undefined }, { clock, config: { dataDir: folder } })
if ((await vireo.vireo.services.operations.status()).videos === 0) {
  await vireo.put(...videoIds(3_000).map((videoId, n) => ({ videoId, lengthMs: 8_000 + n })))
}

async function use(person: string): Promise<void> {
  for (let number = 1; ; number++) {
    const requestId = String(Number(round) * 1_000_000 + number)
    const page = await vireo.page(person, { requestId: BigInt(requestId) })
    tell({ person, requestId, videos: idsOf(page) })
    const events = page.results.slice(0, 4).map(({ tracking, videoId }, at) => {
      const [type, watchMs] = at === 3 ? [Type.Like, undefined] : [Type.Watch, 4_000 * (at + 1)]
      return vireo.event(person, type, videoId, { eventId: `${round}-${number}-${at}`, watchMs, tracking })
    })
    const { accepted } = await vireo.send(...events)
    if (accepted !== events.length) throw new Error('an event was not accepted')
    tell({ person, events: events.map(({ eventId }) => eventId) })
    // As a client does that has not heard the answer.
    const { duplicates } = await vireo.send(events[0]!)
    if (duplicates !== 1) throw new Error('an event was taken twice')
  }
}

// Everybody lives through four kills.
await Promise.all(Array.from({ length: 8 }, (_, n) => use(`p${n} of ${Number(round) >> 2}`)))
