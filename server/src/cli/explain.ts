import { Command } from 'commander'
import { ExplainResponse, type ExplainResponse_ServedResult as ServedResult } from '../generated/vireo/v1/admin.ts'
import { type ServerOptions, withConnection, withServerOptions } from './connection.ts'
import { configuration } from './environment.ts'
import { facts, print, printJson, table, timeOf } from './print.ts'
import { stateName } from './video-state.ts'

export const explainCommand = (): Command =>
  withServerOptions(new Command('explain').description("show a video's way through every stage for a person, or what stops it"))
    .argument('<person>', 'id of the person')
    .argument('<video>', 'id of the video')
    .addHelpText(
      'after',
      `
Examples:
  vireo explain 712 5239
  vireo explain 712 5239 --json`,
    )
    .action(async (userid: string, videoId: string, options: ServerOptions & { json?: true }) => {
      const response = await withConnection(configuration(), options, (server) =>
        server.ask(server.admin, server.admin.explain, { userid, videoId }),
      )
      if (options.json) printJson(ExplainResponse.toJSON(response))
      else print(readable(response))
    })

function readable({ verdict, stages, served, state }: ExplainResponse): string {
  const rows = stages.map(({ kind, name, outcome, detail }) => [kind, name, outcome, detail])
  const parts = [verdict, `The video is ${stateName(state)}.`, table(['stage', 'name', 'outcome', 'detail'], rows)]
  return [...parts, served === undefined ? 'Not on the latest pages of this person.' : lastServed(served)].join('\n')
}

function lastServed({ served, requestId, pageNumber, position, source, propensity, scores }: ServedResult): string {
  const how = facts({
    source,
    'chance of exploration': propensity || undefined,
    ...Object.fromEntries(Object.entries(scores).map(([name, score]) => [name, score.toPrecision(4)])),
  })
  return `Served last at ${timeOf(served)}: request ${requestId}, page ${pageNumber}, position ${position + 1}.\n${how}`
}
