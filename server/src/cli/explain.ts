import { Command, InvalidArgumentError } from 'commander'
import { ExplainRequest, ExplainResponse, type ExplainResponse_ServedResult as ServedResult } from '../generated/vireo/v1/admin.ts'
import { levelToJSON } from '../generated/vireo/v1/feed.ts'
import { requestId, wholeNumber } from './arguments.ts'
import { type ServerOptions, withConnection, withServerOptions } from './connection.ts'
import { configuration } from './environment.ts'
import { facts, print, printJson, table, timeOf } from './print.ts'
import { stateName } from './video-state.ts'

interface ExplainOptions extends ServerOptions {
  readonly request?: bigint
  readonly page?: number
  readonly slate?: string
  readonly token?: string
  readonly at?: Date
  readonly json?: true
}

/** Features that are shown; all are in the JSON. */
const featuresShown = 15

export const explainCommand = (): Command =>
  withServerOptions(
    new Command('explain').description("show a video's way through every stage for a person, or what stops it; or why it was served"),
  )
    .argument('<person>', 'id of the person')
    .argument('<video>', 'id of the video')
    .option('--request <id>', 'why it was served in answer to this request, from the log', requestId)
    .option('--page <n>', 'which page of the request (default: 0)', wholeNumber(0))
    .option('--slate <id>', 'why it was served on this slate')
    .option('--token <tracking>', 'why it was served on the slate of this tracking token')
    .option('--at <time>', 'when it was served, give or take an hour: old responses are found sooner', time)
    .addHelpText(
      'after',
      `
Examples:
  vireo explain 712 5239
  vireo explain 712 5239 --request 7 --page 1 --at 2026-01-15T12:00:00Z
  vireo explain 712 5239 --slate 4a0881ae7ebd789a --json`,
    )
    .action(async (userid: string, videoId: string, { at, page, request, slate, token, ...options }: ExplainOptions) => {
      const asked = ExplainRequest.fromPartial({
        userid,
        videoId,
        requestId: request,
        pageNumber: page,
        slateId: slate,
        tracking: token,
        servedAbout: at && { seconds: BigInt(Math.floor(at.getTime() / 1_000)), nanos: 0 },
      })
      const response = await withConnection(configuration(), options, (server) => server.ask(server.admin, server.admin.explain, asked))
      if (options.json) printJson(ExplainResponse.toJSON(response))
      else print(readable(response, asked))
    })

function time(text: string): Date {
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('It takes a time, such as 2026-01-15T12:00:00Z.')
  return at
}

function readable({ verdict, stages, served, state }: ExplainResponse, { requestId, slateId, tracking }: ExplainRequest): string {
  const isNamed = [requestId, slateId, tracking].some((name) => name !== undefined)
  const rows = stages.map(({ kind, name, outcome, detail }) => [kind, name, outcome, detail])
  const parts = [verdict, `The video is ${stateName(state)}.`, table(['stage', 'name', 'outcome', 'detail'], rows)]
  return [
    ...parts,
    ...(served === undefined ? ['Not on the latest pages of this person.'] : whyServed(served, isNamed ? 'Served' : 'Served last')),
  ].join('\n')
}

function whyServed(result: ServedResult, begin: string): string[] {
  const { chances, features, featuresMissing, pageNumber, position, requestId, scores, served, valueTerms } = result
  const where = [`request ${requestId}`, `page ${pageNumber}`, ...(position < 0 ? [] : [`position ${position + 1}`])]
  const tasks = Object.entries(chances).map(([task, chance]) => [task, short(chance), short(valueTerms[task])])
  const known = features.slice(0, featuresShown).map(({ effect, name, value }) => [name, value, short(effect)])
  return [
    `${begin} at ${timeOf(served)}: ${where.join(', ')}.`,
    facts({ ...circumstances(result), ...Object.fromEntries(Object.entries(scores).map(([name, score]) => [name, short(score)])) }),
    ...(tasks.length === 0 ? [] : [table(['task', 'chance', 'adds to the value'], tasks)]),
    ...(known.length === 0 ? [] : [table(['feature', 'value', 'effect on the value'], known)]),
    ...(featuresMissing === '' ? [] : [featuresMissing]),
  ]
}

const circumstances = ({
  arm,
  degraded,
  foundBy,
  level,
  levelReason,
  model,
  policy,
  propensity,
  slateId,
  source,
  surface,
  watchMs,
}: ServedResult) => ({
  source,
  'found by': foundBy.map(({ place, source }) => (place === undefined ? source : `${source} (place ${place})`)).join(', '),
  'chance of exploration': propensity === 0 ? undefined : short(propensity),
  slate: slateId,
  surface,
  level: levelToJSON(level).replace('LEVEL_', '').toLowerCase(),
  'for the reason': levelReason,
  without: degraded.join(', '),
  model,
  policy,
  arm,
  'expected watch time': watchMs === undefined ? undefined : `${Math.round(watchMs)} ms`,
})

const short = (number: number | undefined) => number?.toPrecision(4) ?? ''
