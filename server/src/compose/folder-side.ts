import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startLakeProcess } from '../adapters/embedded/lake-process-client.ts'
import { ModelFolder } from '../adapters/embedded/model-folder.ts'
import { openSqliteEventLog } from '../adapters/embedded/sqlite-event-log.ts'
import { openStateDatabase, type StateDatabase } from '../adapters/embedded/state-database.ts'
import { lakeOpener, lakePlace } from '../adapters/lake-place.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { VireoError } from '../errors.ts'
import { LakeSink } from '../lake/sink.ts'
import { lakeLimits } from '../lake/start-lake.ts'
import type { KeptText, PeopleRows, Side, StateRow } from '../migration/side.ts'
import { ownRows } from '../people/row-format.ts'
import type { EventLog } from '../ports/event-log.ts'
import { seededRandom } from '../random.ts'
import { s3Url } from '../s3-url.ts'
import { lakeOptions, logName, stateNameOf } from './beside.ts'

/** A data folder, of which the caller has the lock. */
export async function openFolderSide(config: Config, clock: Clock, place = lakePlace(config)): Promise<Side> {
  await using opened = new AsyncDisposableStack()
  const { dataDir, models } = config
  const log = opened.adopt(await openSqliteEventLog({ file: join(dataDir, logName) }), (log) => log.close())
  const lake = opened.adopt(await lakeOpener(place, clock)(), (lake) => lake.close())
  const state = opened.adopt(await openStateDatabase(join(dataDir, stateNameOf(config))), (state) => state.close())
  const closing = opened.move()
  return {
    name: dataDir,
    log,
    lake,
    openSink: sinkOpener(config, log, clock),
    rows: ownRows,
    isStamped: false,
    people: peopleIn(state),
    state,
    removed: undefined,
    secret: textFile(join(dataDir, 'tracking.key')),
    keys: textFile(join(dataDir, 'keys.json')),
    models: s3Url.test(models.registry) ? undefined : new ModelFolder(models.registry),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** What brings a log into the lake that the configuration names. */
export const sinkOpener = (config: Config, log: EventLog, clock: Clock) => (onError: (error: unknown) => void) =>
  new LakeSink({
    log,
    openWriter: () => startLakeProcess({ ...lakePlace(config), options: lakeOptions(config) }),
    limits: { ...lakeLimits, maxAgeMs: config.lake.commitSeconds * 1_000 },
    clock,
    random: seededRandom(process.pid, clock.now(), 0, 0),
    onError,
  })

/** A file that only its owner may read. */
export const textFile = (path: string): KeptText => {
  const read = () =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
  return {
    read,
    async write(text) {
      const found = await read()
      if (found === undefined) await writeFile(path, text, { mode: 0o600, flag: 'wx', flush: true })
      else if (found !== text) throw otherThere(path)
    },
  }
}

export function otherThere(place: string): VireoError {
  const message = `${place} holds something else already`
  return new VireoError({ code: 'MIGRATION_TARGET_NOT_EMPTY', message, fault: 'client', retryable: false })
}

const peopleIn = (state: StateDatabase): PeopleRows => ({
  put(people) {
    const rows = people.flatMap(({ older, person, row }): StateRow[] => [
      ['people', person, row],
      ['older_seen', person, older],
    ])
    return state.commit(rows, [])
  },
  async get(people) {
    return people.map((person) => {
      const [row, older] = [state.get('people', person), state.get('older_seen', person)]
      return row && { person, row, ...(older && { older }) }
    })
  },
  count: async () => state.count('people'),
})
