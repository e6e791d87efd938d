import { systemClock } from '../server/src/clock.ts'
import { type MigrationRequest, runMigration } from '../server/src/compose/migration.ts'
import { createLog } from '../server/src/log.ts'
import type { Step } from '../server/src/migration/parts.ts'

/** Its first argument, as JSON. */
export interface UntilKilled {
  readonly request: MigrationRequest
  /** It kills itself at this step, when so much of it is done. */
  readonly at: Pick<Step, 'done' | 'name'>
}

const { at, request } = JSON.parse(process.argv[2]!) as UntilKilled
await runMigration(request, {
  clock: systemClock,
  log: createLog('warn'),
  signal: new AbortController().signal,
  onStep({ done, name }) {
    if (name === at.name && done >= at.done) process.kill(process.pid, 'SIGKILL')
  },
})
