import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { systemClock } from '../clock.ts'
import type { MigrationRequest } from '../compose/migration.ts'
import { createLog } from '../log.ts'
import { configuration } from './environment.ts'
import { exitCodes } from './exit-codes.ts'
import { migrationProgress, migrationReport, readablePlan } from './migrate-report.ts'
import { print, printJson } from './print.ts'
import { interrupted, stopSignal } from './stop-signals.ts'

interface MigrateOptions {
  readonly models: string
  readonly dryRun?: true
  readonly json?: true
}

export const migrateCommand = (): Command =>
  new Command('migrate')
    .description('move everything from a data folder to Kafka, Redis and S3, or back')
    .addCommand(
      directionCommand('to-engines')
        .description('move a data folder that no server uses to the engines of the configuration')
        .addHelpText(
          'after',
          `
The engines are those of the configuration: kafka.brokers, redis.nodes, lake.location and, for models, models.registry. Nothing of
this Vireo may be in them. What everybody shares comes into dataDir: the first server that is started there has it at once. The folder
stays as it is. Stopped or killed, it goes on when it is run again. It ends with 1 where something is not as it was.

Examples:
  vireo migrate to-engines .vireo --dry-run
  vireo migrate to-engines .vireo --json`,
        ),
    )
    .addCommand(
      directionCommand('to-folder')
        .description('move everything from the engines of the configuration to an empty data folder')
        .addHelpText(
          'after',
          `
All servers must be stopped. The engines stay as they are. Stopped or killed, it goes on when it is run again. It ends with 1 where
something is not as it was.

Examples:
  vireo migrate to-folder /var/lib/vireo --dry-run
  vireo migrate to-folder /var/lib/vireo`,
        ),
    )

const directionCommand = (direction: MigrationRequest['direction']): Command =>
  new Command(direction)
    .argument('<folder>', 'the data folder')
    .option('--models <folder>', 'the models that belong to it', 'models')
    .option('--dry-run', 'say what would be moved, and write nothing')
    .option('--json', 'print JSON')
    .action((folder: string, options: MigrateOptions) => run(direction, resolve(folder), options))

async function run(direction: MigrationRequest['direction'], folder: string, { dryRun, json, models }: MigrateOptions): Promise<void> {
  const config = configuration()
  const request = { direction, folder, models, config: { ...config, dataDir: resolve(config.dataDir) } }
  const signal = stopSignal()
  const progress = migrationProgress()
  const surroundings = { clock: systemClock, log: createLog(config.logLevel), signal, onStep: progress }
  // What speaks to the engines is loaded by those who use it.
  const { planMigration, runMigration } = await import('../compose/migration.ts')
  if (dryRun) {
    const planned = await planMigration(request, surroundings)
    if (json) printJson(planned)
    else print(readablePlan(planned))
    return
  }
  const migrated = await runMigration(request, surroundings).catch((error) => {
    throw signal.aborted ? interrupted(`Stopped; run it again to go on (${join(folder, 'migration.json')} says where)`) : error
  })
  if (json) printJson(migrated)
  else print(migrationReport(migrated))
  if (migrated.wrong.length > 0) process.exitCode = exitCodes.failed
}
