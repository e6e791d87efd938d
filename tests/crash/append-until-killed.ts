// Appends to the log in `file` from several callers, and tells each caller's last number that was acknowledged.
import { writeSync } from 'node:fs'
import { openSqliteEventLog } from '../../server/src/adapters/embedded/sqlite-event-log.ts'

const [file, partitions, round] = process.argv.slice(2) as [string, string, string]
const log = await openSqliteEventLog({ file, partitions: Number(partitions) })

async function appendForever(key: string): Promise<void> {
  for (let number = 0; ; ) {
    const count = 1 + (number % 17)
    const numbers = Array.from({ length: count }, (_, i) => number + i)
    number += count
    const value = (n: number) => new TextEncoder().encode(JSON.stringify({ number: n, last: number - 1 }))
    await log.append(numbers.map((n) => ({ topic: 'events', key, timeMs: n, value: value(n) })))
    writeSync(1, `${key} ${number - 1}\n`)
  }
}

await Promise.all(Array.from({ length: 6 }, (_, caller) => appendForever(`round-${round}-caller-${caller}`)))
