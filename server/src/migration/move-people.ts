import { hash } from 'node:crypto'
import { hex } from './compare-lakes.ts'
import { contentOfRow } from './compare-people.ts'
import type { KeptPerson, PeopleRows, Side, StateRows } from './side.ts'

const peopleATime = 1_000

export interface ComparedPeople {
  readonly people: number
  /** The sum of 64-bit hashes of what is known of them, places of pages apart, in hex. */
  readonly checksum: string
  /** Those who are not there as they were written. */
  readonly lost: number
  /** Those of whom the old home says something else: it took their events in another order. */
  readonly readOtherwise: number
}

/** Puts people where they belong. */
export async function putPeople(rows: StateRows, to: PeopleRows, onDone: (done: number, total: number) => void, signal: AbortSignal) {
  const total = rows.count('people')
  let done = 0
  for (const people of batches(rows)) {
    signal.throwIfAborted()
    await to.put(people)
    done += people.length
    onDone(done, total)
  }
}

/** Compares people as they were made with those that are there now, and with those that were known before. */
export async function checkPeople(
  rows: StateRows,
  from: Pick<Side, 'people' | 'rows'>,
  to: Pick<Side, 'people' | 'rows'>,
  onDone: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<ComparedPeople> {
  const total = rows.count('people')
  let [people, lost, readOtherwise, sum] = [0, 0, 0, 0n]
  for (const made of batches(rows)) {
    signal.throwIfAborted()
    const names = made.map(({ person }) => person)
    const [before, after] = await Promise.all([from.people.get(names), to.people.get(names)])
    for (const [at, each] of made.entries()) {
      if (!isSame(each, after[at])) lost++
      const content = contentOfRow(each, to.rows)
      if (before[at] === undefined || contentOfRow(before[at], from.rows) !== content) readOtherwise++
      sum += hash('sha256', `${each.person}\0${content}`, 'buffer').readBigUInt64LE()
    }
    people += made.length
    onDone(people, total)
  }
  return { people, checksum: hex(sum), lost, readOtherwise }
}

function* batches(rows: StateRows): Generator<KeptPerson[]> {
  let people: KeptPerson[] = []
  for (const [person, row] of rows.scan('people')) {
    const older = rows.get('older_seen', person)
    people.push({ person, row, ...(older && { older }) })
    if (people.length < peopleATime) continue
    yield people
    people = []
  }
  yield people
}

const isSame = (made: KeptPerson, found: KeptPerson | undefined) =>
  found !== undefined && Buffer.from(made.row).equals(found.row) && Buffer.from(made.older ?? []).equals(Buffer.from(found.older ?? []))
