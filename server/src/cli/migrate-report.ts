import type { Migrated } from '../migration/migrate.ts'
import type { Step } from '../migration/parts.ts'
import type { Planned } from '../migration/plan.ts'
import { count, facts, table, tell } from './print.ts'

const lineEveryMs = 3_000
const words: Readonly<Record<Step['name'], string>> = {
  source: 'The old home, up to the end of its log',
  records: 'Records of the log',
  people: 'People',
  state: 'What everybody shares',
  models: 'Files of models',
  check: 'Checks',
}

/** Says on standard error now and then how far it is, and how long the step still takes. */
export function migrationProgress(): (step: Step) => void {
  let step: Step['name'] | undefined
  let [toldMs, beganMs, first] = [0, 0, 0]
  return ({ done, name, total }) => {
    const nowMs = performance.now()
    if (name !== step) [step, beganMs, first, toldMs] = [name, nowMs, done, 0]
    if (nowMs - toldMs < lineEveryMs) return
    toldMs = nowMs
    if (total === 0) return tell(`${words[name]}${done === 0 ? '' : `: ${count(done)}`} …`)
    const rate = (done - first) / Math.max(1e-3, (nowMs - beganMs) / 1_000)
    const left = rate === 0 ? '' : `, ${count(Math.round(rate))}/s, ${count(Math.ceil((total - done) / rate))} s left`
    tell(`${words[name]}: ${count(done)} of ${count(total)}${left}`)
  }
}

export function readablePlan({ inLog, people, records }: Planned): string {
  const rows = Object.entries(records).map(([topic, all]) => [topic, count(all), count(inLog[topic as keyof typeof inLog])])
  return `${table(['topic', 'records', 'still in the log'], rows)}\n${facts({ people: count(people) })}\nNothing was written.`
}

export function migrationReport(migrated: Migrated): string {
  const { lake, log, models, people, records, recordsSeconds, seconds, state, unreadable, wrong } = migrated
  const checksums = [
    ...log.map((each) => [`log: ${each.topic}`, count(each.records), each.checksum]),
    ...lake.map((each) => [`lake: ${each.table}, ${count(each.days)} days`, count(each.rows), each.checksum]),
    ['people', count(people.people), people.checksum],
    ...state.map((each) => [`state: ${each.table}`, count(each.rows), each.checksum.slice(0, 16)]),
  ]
  const told = {
    'files of models': models === 0 ? '' : count(models),
    'records that nobody can read': unreadable === 0 ? '' : count(unreadable),
    'people of whom the old home says something else, as it took their events in another order':
      people.readOtherwise === 0 ? '' : count(people.readOtherwise),
  }
  const rate = Math.round(records / Math.max(1e-3, recordsSeconds))
  return [
    table(['what', 'rows', 'checksum'], checksums),
    ...(Object.values(told).some((each) => each !== '') ? [facts(told)] : []),
    `${count(records)} records are there, ${count(rate)} a second, after ${seconds.toFixed(1)} s in all.`,
    ...(wrong.length === 0 ? ['All is as it was.'] : ['NOT AS IT WAS:', ...wrong.map((each) => `  ${each}`)]),
  ].join('\n')
}
