import { whole } from '../load/random.ts'
import { openPeople, personId } from './people-store.ts'

// Reads everybody once, in no order, and then as many again, as a server does that makes their feeds.
// Arguments: the folder, and the number of people.
const [folder, count] = [process.argv[2]!, Number(process.argv[3])]
const { database, people } = await openPeople(folder)
let seen = 0
let interactions = 0
// Every person once: the step has no factor in common with a count that is a power of ten.
for (let n = 0; n < count; n++) {
  const state = people.read(personId((n * 7_919) % count))
  seen += state.seen.count
  interactions += state.history.entries.length
}
for (let n = 0; n < count; n++) people.read(personId(whole(count)))
const residentBytes = process.memoryUsage.rss()
await database.close()
process.send!({ residentBytes, seenEach: seen / count, interactionsEach: interactions / count })
