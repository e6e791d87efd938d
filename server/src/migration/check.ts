import { LakeDatabase } from '../lake/database.ts'
import { type Finding, verify } from '../lake/verify.ts'
import type { Extent } from '../ports/event-log.ts'
import { type ComparedTable, compareLakes } from './compare-lakes.ts'
import { type LogCount, sumOf } from './log-sum.ts'
import { type ComparedPeople, checkPeople } from './move-people.ts'
import { checkState, type StateTable } from './move-state.ts'
import type { MigrationParts } from './parts.ts'
import type { Side } from './side.ts'

/** What the new home holds, read from it. */
export interface Checked {
  readonly log: readonly LogCount[]
  readonly lake: readonly ComparedTable[]
  readonly people: ComparedPeople
  readonly state: readonly StateTable[]
  /** What is not as it was, in words; empty where all is. */
  readonly wrong: readonly string[]
}

type Parts = Pick<MigrationParts, 'from' | 'memoryMb' | 'onStep' | 'people' | 'signal' | 'tempFolder' | 'to'>

/** Compares all of the new home with the old one. `begun` is how far the new log went before, `kept` what was written to it then. */
export async function check(parts: Parts, begun: readonly Extent[], kept: readonly LogCount[]): Promise<Checked> {
  const { from, onStep, people, signal, to } = parts
  const step = (done: number) => onStep({ name: 'check', done, total: 0 })
  step(0)
  const log = await sumOf(to.log, await movedExtents(to, begun), signal)
  step(1)
  const { findings, lake } = await checkLakes(parts)
  step(2)
  const compared = await checkPeople(people.rows, from, to, (done, total) => onStep({ name: 'people', done, total }), signal)
  step(3)
  const state = checkState(from.state, to.state)
  const isThere = ({ checksum, records, topic }: LogCount) =>
    log.some((found) => found.topic === topic && found.records === records && found.checksum === checksum)
  const wrong = [
    ...kept.filter((each) => !isThere(each)).map(({ topic }) => `${topic} of the new log is not what was written to it`),
    ...lake.flatMap(({ differing, table }) => differing.map((date) => `${table} of ${date} in the new lake is not that of the old one`)),
    ...findings.map(({ kind, ...where }) => `the new lake: ${kind} ${Object.values(where).join(' ')}`),
    ...(compared.lost > 0 ? [`${compared.lost} people are not as they were written`] : []),
    ...state.filter(({ isSame }) => !isSame).map(({ table }) => `the table ${table} of the state is not that of the old one`),
  ]
  return { lake, log, people: compared, state, wrong }
}

/** Where in the new log lies what was moved. */
async function movedExtents(to: Side, begun: readonly Extent[]): Promise<Extent[]> {
  return (await to.log.extents()).map((extent) => {
    const before = begun.find(({ partition, topic }) => topic === extent.topic && partition === extent.partition)!.end
    return { ...extent, first: Math.max(before, extent.first) }
  })
}

async function checkLakes({ from, memoryMb, signal, tempFolder, to }: Parts): Promise<{ findings: Finding[]; lake: ComparedTable[] }> {
  const open = (lake: Side['lake']) => LakeDatabase.open({ lake, memoryMb, tempFolder, signal })
  const [before, after] = [await open(from.lake), await open(to.lake)]
  try {
    const lake = await compareLakes(
      { lake: from.lake, manifest: await from.lake.manifest(), database: before },
      { lake: to.lake, manifest: await to.lake.manifest(), database: after },
    )
    return { lake, findings: await verify(to.lake, after, signal) }
  } finally {
    before.close()
    after.close()
  }
}
