import { Command } from 'commander'
import { GetVideoResponse } from '../generated/vireo/v1/catalog.ts'
import { type ServerOptions, withConnection, withServerOptions } from './connection.ts'
import { configuration } from './environment.ts'
import { facts, print, printJson, timeOf } from './print.ts'
import { addVideoCommand } from './video-add.ts'
import { stateName } from './video-state.ts'

type Options = ServerOptions & { readonly json?: true }

export function videoCommand(): Command {
  const command = new Command('video')
    .description('keep the catalogue')
    .addHelpText('after', '\nExamples:\n  vireo video add v1 --creator ann --title "Soup" --state cleared\n  vireo video show v1')
  for (const each of [addVideoCommand(), show(), remove(), takeDown(), restore()]) command.addCommand(each)
  return command
}

const show = () =>
  withServerOptions(new Command('show').description('show a video and its counts'))
    .argument('<video>', 'id of the video')
    .addHelpText('after', '\nExamples:\n  vireo video show 5239\n  vireo video show 5239 --json')
    .action(async (videoId: string, options: Options) => {
      const found = await withConnection(configuration(), options, (server) =>
        server.ask(server.catalog, server.catalog.getVideo, { videoId }),
      )
      if (options.json) printJson(GetVideoResponse.toJSON(found))
      else print(readable(found))
    })

function readable({ video, stats }: GetVideoResponse): string {
  const { categories, countries, hashtags, embedding, lengthMs, ageRating } = video!
  return facts({
    video: video!.videoId,
    state: stateName(video!.state),
    title: video!.title,
    creator: video!.creatorId,
    content: video!.contentUrl,
    thumbnail: video!.thumbnailUrl,
    length: lengthMs === undefined ? undefined : `${lengthMs / 1_000} s`,
    categories: categories.map(({ name, confidence }) => (confidence === 0 ? name : `${name} (${confidence.toPrecision(3)})`)).join(', '),
    hashtags: hashtags.join(', '),
    audio: video!.audioId,
    language: video!.language,
    countries: countries.join(', '),
    'age rating': ageRating || undefined,
    uploaded: timeOf(video!.uploadTime),
    embedding: embedding.length > 0 ? `${embedding.length} numbers` : undefined,
    recommended: stats!.recCount,
    'watches of 10 s or more': stats!.watchCount,
    finished: stats!.finishCount,
    likes: stats!.likeCount,
    shares: stats!.shareCount,
    skips: stats!.skipCount,
  })
}

const remove = () =>
  withServerOptions(new Command('remove').description('remove a video for good'))
    .argument('<video>', 'id of the video')
    .requiredOption('--yes', 'yes, for good: `vireo video take-down` can be undone')
    .addHelpText('after', '\nExamples:\n  vireo video remove 5239 --yes')
    .action(async (videoId: string, options: Options) => {
      await withConnection(configuration(), options, (server) => server.ask(server.catalog, server.catalog.removeVideo, { videoId }))
      said(options, videoId, 'removed')
    })

const takeDown = () =>
  withReason(new Command('take-down').description('stop showing a video, from the next response on')).action(
    async (videoId: string, { reason, ...options }: Options & { reason: string }) => {
      await withConnection(configuration(), options, (server) => server.ask(server.admin, server.admin.takeDown, { videoId, reason }))
      said(options, videoId, 'taken down')
    },
  )

const restore = () =>
  withReason(new Command('restore').description('clear a video that was taken down')).action(
    async (videoId: string, { reason, ...options }: Options & { reason: string }) => {
      await withConnection(configuration(), options, (server) => server.ask(server.admin, server.admin.restore, { videoId, reason }))
      said(options, videoId, 'cleared')
    },
  )

const withReason = (command: Command) =>
  withServerOptions(command)
    .argument('<video>', 'id of the video')
    .option('--reason <text>', 'why, for the record', '')
    .addHelpText('after', `\nExamples:\n  vireo video ${command.name()} 5239 --reason "a complaint"`)

function said({ json }: Options, videoId: string, state: string): void {
  if (json) printJson({ videoId, state: state.replace(' ', '-') })
  else print(`${videoId} is ${state}.`)
}
