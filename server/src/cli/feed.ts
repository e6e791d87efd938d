import { Command } from 'commander'
import { Level, RecsRequest, RecsResponse } from '../generated/vireo/v1/feed.ts'
import { requestId, wholeNumber } from './arguments.ts'
import { type ServerOptions, withConnection, withServerOptions } from './connection.ts'
import { configuration } from './environment.ts'
import { print, printJson, table } from './print.ts'

interface FeedOptions extends ServerOptions {
  readonly count?: number
  readonly page?: number
  readonly requestId?: bigint
  readonly surface?: string
  readonly device?: string
  readonly language?: string
  readonly country?: string
  readonly timeZone?: string
  readonly age?: number
  readonly json?: true
}

export const feedCommand = (): Command =>
  withServerOptions(new Command('feed').description("show a person's next page, which counts as shown to them"))
    .argument('<person>', 'id of the person')
    .option('--count <n>', 'videos of the page (default: feed.defaultCount of the server)', wholeNumber(1, 50))
    .option('--page <n>', 'number of the page (default: 0)', wholeNumber(0))
    .option('--request-id <n>', 'the same id and page again give the same page (default: a fresh one)', requestId)
    .option('--surface <name>', 'where in the app')
    .option('--device <name>', 'such as phone')
    .option('--language <tag>', 'only videos in this language, such as en')
    .option('--country <code>', 'where the person is, such as DE')
    .option('--time-zone <name>', 'such as Asia/Shanghai')
    .option('--age <years>', 'age of the person', wholeNumber(0, 150))
    .addHelpText(
      'after',
      `
Examples:
  vireo feed 712
  vireo feed 712 --count 20 --language en --country DE
  vireo feed 712 --request-id 7 --page 1 --json`,
    )
    .action(async (userid: string, options: FeedOptions) => {
      const request = RecsRequest.fromPartial({
        userid,
        pageNumber: options.page ?? 0,
        resultPerPage: options.count ?? 0,
        requestId: options.requestId ?? 0n,
        context: options,
      })
      const response = await withConnection(configuration(), options, (server) => server.ask(server.feed, server.feed.getVideos, request))
      if (options.json) printJson(RecsResponse.toJSON(response))
      else print(readable(request, response))
    })

function readable({ userid, pageNumber }: RecsRequest, { requestId, results, level, degraded }: RecsResponse): string {
  const without = degraded.length > 0 ? `, without ${degraded.join(', ')}` : ''
  const title = `For ${userid}: page ${pageNumber} of request ${requestId}, level ${levelName(level)}${without}`
  if (results.length === 0) return `${title}\nNothing is left to show.`
  const rows = results.map((result, at) => [
    at + 1,
    result.videoId,
    result.videoTitle,
    result.creatorId,
    result.source,
    result.reason,
    result.videoStats,
  ])
  return `${title}\n${table(['#', 'video', 'title', 'creator', 'source', 'reason', 'stats'], rows)}`
}

const levels: Readonly<Record<number, string>> = Object.fromEntries(Object.entries(Level).map(([name, number]) => [number, name]))
const levelName = (level: Level) => (levels[level] ?? String(level)).replace('LEVEL_', '').toLowerCase()
