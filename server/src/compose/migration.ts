import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fillingName, openDataFolder } from '../adapters/embedded/data-folder.ts'
import { EmbeddedPeople } from '../adapters/embedded/people.ts'
import { openStateDatabase } from '../adapters/embedded/state-database.ts'
import { StateKeeper } from '../adapters/embedded/state-keeper.ts'
import { isLake, lakePlace } from '../adapters/lake-place.ts'
import { IdTable } from '../catalog/id-table.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { NotFound, VireoError } from '../errors.ts'
import type { Log } from '../log.ts'
import { type Direction, Journal, journalName } from '../migration/journal.ts'
import { type Migrated, migrate } from '../migration/migrate.ts'
import type { PeopleInMaking, Step } from '../migration/parts.ts'
import { type Planned, plan } from '../migration/plan.ts'
import type { Side } from '../migration/side.ts'
import { logName } from './beside.ts'
import { engineContents, guardEngines, openEngineSide, refuseRunningServers } from './engine-side.ts'
import { openFolderSide } from './folder-side.ts'
import { openState } from './state.ts'

export interface MigrationRequest {
  readonly direction: Direction
  /** Of the engines, and of a server on this machine that uses them. */
  readonly config: Config
  /** The data folder that everything comes from or goes to. */
  readonly folder: string
  /** The models that belong to it. */
  readonly models: string
}

export interface MigrationSurroundings {
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  readonly onStep: (step: Step) => void
}

const working = 'migration'

/** What a migration would move; refuses as it would, and writes nothing. */
export async function planMigration(request: MigrationRequest, { clock, log }: MigrationSurroundings): Promise<Planned> {
  const { direction, folder } = request
  const config = checked(request)
  await refuseUnlessEmpty(request)
  await using opened = new AsyncDisposableStack()
  const aside = opened.adopt(await mkdtemp(join(tmpdir(), 'vireo-migration-')), (path) => rm(path, { recursive: true, force: true }))
  if (direction === 'to-engines') {
    opened.adopt(openDataFolder(folder), (lock) => lock.close())
    const own = folderConfig(request)
    const place = lakePlace(own)
    const lake = isLake(place) ? place : { folder: join(aside, 'lake') }
    return await plan(opened.use(await openFolderSide(own, clock, lake)))
  }
  await refuseRunningServers(config)
  const still = { ...config, dataDir: aside, kafka: { ...config.kafka, createTopics: false } }
  return await plan(opened.use(await openEngineSide(still, clock, log)))
}

/**
 * Moves all of a Vireo from a data folder to the engines or back. Where it was stopped or killed, the next call goes on.
 * Throws `CONFIG_WRONG` where no engines are named, `MIGRATION_SOURCE_MISSING`, `MIGRATION_SERVERS_RUNNING`, `DATA_DIR_IN_USE`, and as
 * `migrate` and the opening of the engines do.
 */
export async function runMigration(request: MigrationRequest, surroundings: MigrationSurroundings): Promise<Migrated> {
  const { direction, folder } = request
  const { clock, log, onStep, signal } = surroundings
  const config = checked(request)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const engines = `${config.kafka.topicPrefix}* of ${config.kafka.brokers}, ${config.redis.prefix}* of ${config.redis.nodes}, ${config.lake.location}`
  const journal = await Journal.open(folder, direction, engines)
  const guard = (isWhole: boolean) => (direction === 'to-engines' ? guardEngines(config, isWhole) : guardFolder(folder, isWhole))
  const finish = async () => {
    await rm(join(folder, working), { recursive: true, force: true })
    await guard(true)
    await journal.remove()
  }
  if (journal.progress?.isDone) {
    await finish()
    throw wrong('MIGRATION_DONE', 'this migration was done already: servers can be started')
  }
  if (journal.progress === undefined) await refuseUnlessEmpty(request)
  if (direction === 'to-folder') await refuseRunningServers(config)
  const own = folderConfig(request)
  const source = direction === 'to-engines' ? own : config
  if (journal.progress === undefined) await settle(source, surroundings)

  await using opened = new AsyncDisposableStack()
  opened.adopt(openDataFolder(folder, { fills: true }), (lock) => lock.close())
  if (config.dataDir !== folder) opened.adopt(openDataFolder(config.dataDir), (lock) => lock.close())
  await guard(false)
  const tempFolder = join(folder, working)
  await mkdir(tempFolder, { recursive: true, mode: 0o700 })
  const folderSide = opened.use(await openFolderSide(own, clock))
  const engineSide = opened.use(await openEngineSide(config, clock, log))
  const [from, to]: [Side, Side] = direction === 'to-engines' ? [folderSide, engineSide] : [engineSide, folderSide]
  const onError = (err: unknown) => log.error({ err }, 'the lake took nothing; it will be tried again')
  if (journal.progress === undefined) await drain(from, onError, signal)
  const people = opened.use(await makePeople(to, config, tempFolder, journal.progress?.moved !== undefined))
  const migrated = await migrate({
    ...{ direction, engines, from, to, journal, people, tempFolder, clock, signal, onStep, onError },
    memoryMb: config.lake.memoryMb,
  })
  await opened.disposeAsync()
  if (migrated.wrong.length === 0) await finish()
  return migrated
}

/** The configuration of the engines, with time enough for large steps. Throws `CONFIG_WRONG`. */
function checked({ config, direction, folder }: MigrationRequest): Config {
  const { features, kafka, lake, redis } = config
  const missing = [...(kafka.brokers === '' ? ['kafka.brokers', 'redis.nodes'] : []), ...(lake.location === '' ? ['lake.location'] : [])]
  if (missing.length > 0) throw wrong('CONFIG_WRONG', `the engines are those of the configuration: set ${missing.join(', ')}`)
  if (direction === 'to-engines' && !existsSync(join(folder, logName)))
    throw new NotFound('MIGRATION_SOURCE_MISSING', 'folder', `there is no log in ${folder}`)
  return {
    ...config,
    roles: 'api,features,lake',
    features: { ...features, tiles: 'counted' },
    kafka: { ...kafka, appendTimeoutMs: Math.max(kafka.appendTimeoutMs, 60_000) },
    redis: { ...redis, timeoutMs: Math.max(redis.timeoutMs, 10_000) },
  }
}

/** Of a server that has the folder for itself. */
function folderConfig(request: MigrationRequest): Config {
  const { config, folder, models } = request
  const { api, features, kafka, lake, redis } = config
  return {
    ...config,
    dataDir: folder,
    roles: 'api,features,lake',
    features: { ...features, tiles: 'counted' },
    kafka: { ...kafka, brokers: '' },
    redis: { ...redis, nodes: '' },
    lake: { ...lake, location: '' },
    models: { ...config.models, registry: models },
    api: { ...api, keysFile: '' },
  }
}

/** Throws `MIGRATION_TARGET_NOT_EMPTY`. */
async function refuseUnlessEmpty(request: MigrationRequest): Promise<void> {
  const { config, direction, folder } = request
  const found = direction === 'to-engines' ? await engineContents(checked(request), folder) : await folderContents(folder)
  if (found.length === 0) return
  const where = direction === 'to-engines' ? `The engines of prefix ${config.kafka.topicPrefix} are` : `${folder} is`
  throw wrong('MIGRATION_TARGET_NOT_EMPTY', `${where} not empty: there is ${found.join(', ')}`)
}

async function folderContents(folder: string): Promise<string[]> {
  const names = existsSync(folder) ? await readdir(folder) : []
  // What is in a folder that is being filled is of an earlier run.
  return names.includes(fillingName) ? [] : names.filter((name) => ![working, 'lock', journalName].includes(name))
}

/** Applies what the log holds beyond the saved state, and saves it. */
async function settle(config: Config, { clock, log, onStep, signal }: MigrationSurroundings): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const onProgress = (done: number) => onStep({ name: 'source', done, total: 0 })
  onProgress(0)
  await openState(opened, config, { clock, log, recovery: { signal, onProgress } })
}

async function drain(side: Side, onError: (error: unknown) => void, signal: AbortSignal): Promise<void> {
  const sink = side.openSink(onError)
  sink.start()
  try {
    await sink.drain(signal)
  } finally {
    await sink.close()
  }
}

/** People in rows of their own until all are made. */
async function makePeople(to: Side, config: Config, folder: string, areMade: boolean): Promise<PeopleInMaking & AsyncDisposable> {
  const file = join(folder, 'people.sqlite')
  if (!areMade) for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true })
  const rows = await openStateDatabase(file)
  const ids = new IdTable()
  const people = new EmbeddedPeople(rows, ids, config.people.cacheMb, to.rows)
  const keeper = new StateKeeper({ database: rows, tables: people.tables, positions: () => [], onError: () => undefined })
  return {
    rows,
    fold: { people, ids, rememberS: (config.events.horizonHours + 1) * 3_600, stamps: to.isStamped },
    save: () => keeper.save(),
    [Symbol.asyncDispose]: () => rows.close(),
  }
}

/** Keeps servers off the folder, or lets them in again. */
async function guardFolder(folder: string, isWhole: boolean): Promise<void> {
  const path = join(folder, fillingName)
  await (isWhole ? rm(path, { force: true }) : writeFile(path, '', { flush: true }))
}

const wrong = (code: string, message: string) => new VireoError({ code, message, fault: 'client', retryable: false })
