// Commits to the state in `file`: commit `n` writes `n` into every row and as the position, and tells `n` when it is made.
import { writeSync } from 'node:fs'
import { openStateDatabase } from '../../server/src/adapters/embedded/state-database.ts'

const [file] = process.argv.slice(2) as [string]
const state = await openStateDatabase(file)
for (let n = (state.positions()[0]?.offset ?? 0) + 1; ; n++) {
  // 3 MB, which is several messages to the writer.
  const value = new Uint8Array(6_000).fill(n % 256)
  const rows = Array.from({ length: 500 }, (_, i) => [i % 2 ? 'people' : 'counters', `row ${i}`, value] as const)
  await state.commit(rows, [{ topic: 'events', partition: 0, offset: n }])
  writeSync(1, `${n}\n`)
}
