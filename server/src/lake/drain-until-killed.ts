// Appends to a log, some of it twice, while a sink drains it into a lake, and says what was acknowledged, until it is killed.
import { openLogAndLake } from './lake-for-tests.ts'
import { slateRecord, startMs, watchRecord } from './records-for-tests.ts'

const [folder, run] = process.argv.slice(2) as [string, string]
const { log } = await openLogAndLake(folder, (error) => console.error(error))

for (let batch = 0; ; batch++) {
  const timeMs = startMs + batch * 600_000
  const events = Array.from({ length: 20 }, (_, i) => watchRecord(`${run}-${batch}-${i}`, timeMs + i))
  const again = [watchRecord('0-0-0'), ...events.slice(0, 3)]
  await log.append([
    ...events,
    slateRecord(`${run}-${batch}`, ['v1', 'v2'], timeMs),
    slateRecord(`${run}-${batch}-empty`, [], timeMs),
    ...again,
  ])
  console.log(`${run}-${batch}`)
}
