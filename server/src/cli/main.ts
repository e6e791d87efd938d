import { Command, CommanderError } from 'commander'
import { graphRuntime } from '../compose.ts'
import { feedFeatureSet } from '../features/vector/feed-feature-set.ts'
import { version } from '../operations.ts'
import { benchCommand } from './bench.ts'
import { complaint } from './complaint.ts'
import { deadLettersCommand } from './dead-letters.ts'
import { evaluateCommand } from './evaluate.ts'
import { exitCodeOf, exitCodesHelp } from './exit-codes.ts'
import { explainCommand } from './explain.ts'
import { featuresCommand } from './features.ts'
import { feedCommand } from './feed.ts'
import { flinkCommand } from './flink.ts'
import { importCommand } from './import.ts'
import { keyCommand } from './key.ts'
import { lakeCommand } from './lake.ts'
import { migrateCommand } from './migrate.ts'
import { modelCommand } from './model.ts'
import { qualityCommand } from './quality.ts'
import { rebuildCommand } from './rebuild.ts'
import { samplesCommand } from './samples.ts'
import { simulateCommand } from './simulate.ts'
import { startCommand } from './start.ts'
import { statusCommand } from './status.ts'
import { trainCommand } from './train.ts'
import { videoCommand } from './video.ts'

const commands = [
  startCommand(),
  importCommand(),
  feedCommand(),
  explainCommand(),
  videoCommand(),
  keyCommand(),
  statusCommand(),
  deadLettersCommand(),
  lakeCommand(),
  rebuildCommand(),
  migrateCommand(),
  samplesCommand(),
  qualityCommand(feedFeatureSet),
  featuresCommand(),
  flinkCommand(),
  trainCommand(graphRuntime),
  modelCommand(graphRuntime),
  evaluateCommand(),
  simulateCommand(),
  benchCommand(),
]

const program = new Command('vireo').description('A For You feed for short videos').version(version).addHelpText('after', exitCodesHelp)
for (const command of commands) program.addCommand(command)
throwOnExit(program)

// `vireo feed 712 | head` ends reading before all is written.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) console.error(process.env.VIREO_LOG_LEVEL === 'debug' ? error : complaint(error))
  process.exitCode = exitCodeOf(error)
}

/** Commander would end the process with 1 where it is a matter of usage. */
function throwOnExit(command: Command): void {
  command.exitOverride().showHelpAfterError(`Run \`vireo ${pathOf(command)}--help\` for its arguments and options.`)
  for (const each of command.commands) throwOnExit(each)
}

function pathOf(command: Command): string {
  return command.parent === null ? '' : `${pathOf(command.parent)}${command.name()} `
}
