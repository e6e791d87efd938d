import { Command } from 'commander'
import { VireoError } from '../errors.ts'
import { type DeadLetter, LetterPlace, ListDeadLettersResponse, ReplayDeadLettersResponse } from '../generated/vireo/v1/admin.ts'
import { wholeNumber } from './arguments.ts'
import { type ServerOptions, withConnection, withServerOptions } from './connection.ts'
import { configuration } from './environment.ts'
import { exitCodes } from './exit-codes.ts'
import { count, print, printJson, table, timeOf } from './print.ts'

type Options = ServerOptions & { json?: true }

export const deadLettersCommand = (): Command =>
  new Command('dead-letters')
    .description('records of the log that a server could not apply and has kept aside')
    .addCommand(listCommand())
    .addCommand(replayCommand())

const listCommand = (): Command =>
  withServerOptions(new Command('list'))
    .description('say which there are and why, the newest first')
    .option('--limit <count>', 'at most so many', wholeNumber(1, 1_000), 100)
    .addHelpText('after', '\nExamples:\n  vireo dead-letters list\n  vireo dead-letters list --json')
    .action(async ({ limit, ...options }: Options & { limit: number }) => {
      const listed = await withConnection(configuration(), options, (server) =>
        server.ask(server.admin, server.admin.listDeadLetters, { limit }),
      )
      if (options.json) printJson(ListDeadLettersResponse.toJSON(listed))
      else if (listed.total === 0) print('There are none.')
      else print(`${tableOf(listed.letters)}\n${count(listed.letters.length)} of ${count(listed.total)}`)
    })

const replayCommand = (): Command =>
  withServerOptions(new Command('replay'))
    .description('apply them now, on all servers, where that is possible by now; each takes effect once')
    .argument('[places...]', 'such as events/3/1207; all that there are where none is named')
    .addHelpText(
      'after',
      `
It ends with ${exitCodes.refused} where some could still not be applied.

Examples:
  vireo dead-letters replay
  vireo dead-letters replay events/3/1207 --json`,
    )
    .action(async (names: readonly string[], options: Options) => {
      const places = names.map(placeOf)
      const replayed = await withConnection(configuration(), options, (server) =>
        server.ask(server.admin, server.admin.replayDeadLetters, { places }),
      )
      if (options.json) printJson(ReplayDeadLettersResponse.toJSON(replayed))
      else print([`${count(replayed.applied)} applied, ${count(replayed.left.length)} left`, ...leftOver(replayed.left)].join('\n'))
      if (replayed.left.length > 0) process.exitCode = exitCodes.refused
    })

const leftOver = (left: readonly DeadLetter[]) => (left.length === 0 ? [] : [tableOf(left)])

const tableOf = (letters: readonly DeadLetter[]) =>
  table(
    ['place', 'key', 'time', 'code', 'why'],
    letters.map(({ code, key, place, reason, time }) => [nameOf(place!), key, timeOf(time), code, reason]),
  )

const nameOf = ({ offset, partition, topic }: LetterPlace) => `${topic}/${partition}/${offset}`

function placeOf(name: string): LetterPlace {
  const [, topic, partition, offset] = /^([a-z]+)\/(\d+)\/(\d+)$/.exec(name) ?? []
  if (offset !== undefined) return LetterPlace.create({ topic: topic!, partition: Number(partition), offset: BigInt(offset) })
  const message = `'${name}' is no place: write it as \`vireo dead-letters list\` does, such as events/3/1207`
  throw new VireoError({ code: 'USAGE_WRONG', fault: 'client', retryable: false, message })
}
