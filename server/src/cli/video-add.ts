import { Command, InvalidArgumentError, Option } from 'commander'
import { VireoError } from '../errors.ts'
import { type Category, Video } from '../generated/vireo/v1/catalog.ts'
import { collect, wholeNumber } from './arguments.ts'
import { type Connection, type ServerOptions, withConnection, withServerOptions } from './connection.ts'
import { configuration } from './environment.ts'
import { exitCodes } from './exit-codes.ts'
import { count, print, printJson, tell } from './print.ts'
import { inState, type RefusedLine, type VideoLine, videoLines } from './video-lines.ts'
import { type StateName, states } from './video-state.ts'

interface AddOptions extends ServerOptions {
  readonly file?: string
  readonly creator?: string
  readonly title?: string
  readonly contentUrl?: string
  readonly thumbnailUrl?: string
  readonly lengthMs?: number
  readonly category?: string[]
  readonly hashtag?: string[]
  readonly audio?: string
  readonly language?: string
  readonly country?: string[]
  readonly ageRating?: number
  readonly uploadTime?: Date
  readonly embedding?: number[]
  readonly state?: StateName
  readonly json?: true
}

export const addVideoCommand = (): Command =>
  withServerOptions(new Command('add').description('add videos, or replace those with the same id'))
    .argument('[video]', 'id of the video; without it, --file')
    .option('--file <videos.jsonl>', 'one video a line, as JSON with the fields of the contract')
    .option('--creator <id>', 'id of the creator')
    .option('--title <text>', 'its title')
    .option('--content-url <url>', 'where it plays from')
    .option('--thumbnail-url <url>', 'its picture')
    .option('--length-ms <ms>', 'its length', wholeNumber(1))
    .option('--category <name[:confidence]>', 'a category, given once or more', collect)
    .option('--hashtag <name>', 'a hashtag, given once or more', collect)
    .option('--audio <id>', 'id of its audio')
    .option('--language <tag>', 'such as en')
    .option('--country <code>', 'the only country to show it in, given once or more', collect)
    .option('--age-rating <years>', 'youngest age to show it to', wholeNumber(0, 150))
    .option('--upload-time <time>', 'such as 2026-01-31T12:00:00Z (default: now)', time)
    .option('--embedding <numbers>', 'what its content is, such as 0.1,-0.2,0.7', numbers)
    .addOption(
      new Option('--state <state>', 'its state, or that of lines without one; only cleared videos are shown').choices(Object.keys(states)),
    )
    .addHelpText(
      'after',
      `
Examples:
  vireo video add v1 --creator ann --title "Soup in five minutes" --category cooking:0.9 --length-ms 21000 --state cleared
  vireo video add --file videos.jsonl --state cleared`,
    )
    .action(async (videoId: string | undefined, options: AddOptions, command: Command) => {
      if ((videoId === undefined) === (options.file === undefined)) command.error('error: give the id of a video, or --file')
      const refused: RefusedLine[] = []
      const lines = options.file === undefined ? [{ line: 1, video: videoOf(videoId!, options) }] : videoLines(options.file, refused)
      const accepted = await withConnection(configuration(), options, (server) => putAll(server, lines, options.state, refused))
      // One that was named is refused as any call is.
      const [first] = refused
      if (options.file === undefined && first !== undefined)
        throw new VireoError({ code: first.code, message: first.message, fault: 'client', retryable: false })
      refused.sort((a, b) => a.line - b.line)
      if (options.json) printJson({ accepted, refused })
      else {
        for (const { line, code, message } of refused) tell(`${options.file}:${line} ${code}: ${message}`)
        print(`Added ${count(accepted)}; left out ${count(refused.length)}.`)
      }
      if (refused.length > 0) process.exitCode = exitCodes.refused
    })

/** Well under any limit on the size of a batch or of a message. */
const perBatch = 200

async function putAll(
  server: Connection,
  lines: AsyncIterable<VideoLine> | Iterable<VideoLine>,
  state: StateName | undefined,
  refused: RefusedLine[],
): Promise<number> {
  let accepted = 0
  let batch: VideoLine[] = []
  const send = async () => {
    if (batch.length === 0) return
    const videos = batch.map(({ video }) => inState(video, state && states[state]))
    const answer = await server.ask(server.catalog, server.catalog.putVideos, { videos })
    accepted += answer.accepted
    refused.push(...answer.refused.map(({ index, code, message }) => ({ line: batch[index]!.line, code, message })))
    batch = []
  }
  for await (const line of lines) {
    batch.push(line)
    if (batch.length === perBatch) await send()
  }
  await send()
  return accepted
}

function videoOf(videoId: string, options: AddOptions): Video {
  const uploadMs = options.uploadTime?.getTime()
  return {
    ...Video.create(),
    videoId,
    creatorId: options.creator ?? '',
    title: options.title ?? '',
    contentUrl: options.contentUrl ?? '',
    thumbnailUrl: options.thumbnailUrl ?? '',
    lengthMs: options.lengthMs,
    categories: (options.category ?? []).map(categoryOf),
    hashtags: options.hashtag ?? [],
    audioId: options.audio ?? '',
    language: options.language ?? '',
    countries: options.country ?? [],
    ageRating: options.ageRating ?? 0,
    uploadTime: uploadMs === undefined ? undefined : { seconds: BigInt(Math.floor(uploadMs / 1_000)), nanos: (uploadMs % 1_000) * 1e6 },
    embedding: options.embedding ?? [],
  }
}

function categoryOf(text: string): Category {
  const [, name = '', confidence = '0'] = /^(.*?)(?::(\d*\.?\d+))?$/s.exec(text)!
  return { name, confidence: Number(confidence), source: '' }
}

function time(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('It takes a time such as 2026-01-31T12:00:00Z.')
  return date
}

function numbers(text: string): number[] {
  const list = text.split(',').map((each) => (each.trim() === '' ? Number.NaN : Number(each)))
  if (!list.every(Number.isFinite)) throw new InvalidArgumentError('It takes numbers with commas between them.')
  return list
}
