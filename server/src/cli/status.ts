import { Command } from 'commander'
import { StatusResponse } from '../generated/vireo/v1/admin.ts'
import { type ServerOptions, withConnection, withServerOptions } from './connection.ts'
import { configuration } from './environment.ts'
import { count, facts, print, printJson, timeOf } from './print.ts'

export const statusCommand = (): Command =>
  withServerOptions(new Command('status').description('say how the server is'))
    .addHelpText('after', '\nExamples:\n  vireo status\n  vireo status --server 127.0.0.1:9081 --json')
    .action(async (options: ServerOptions & { json?: true }) => {
      const [address, status] = await withConnection(configuration(), options, async (server) => [
        server.address,
        await server.ask(server.admin, server.admin.status, {}),
      ])
      if (options.json) printJson(StatusResponse.toJSON(status))
      else print(readable(address, status))
    })

function readable(address: string, status: StatusResponse): string {
  const records = Object.entries(status.logRecords).map(([topic, records]) => [`log: ${topic}`, count(records)])
  return facts({
    server: address,
    version: status.version,
    ready: status.ready ? 'yes' : 'no',
    started: timeOf(status.started),
    videos: `${count(status.videos)}, of which ${count(status.clearedVideos)} may be shown`,
    people: count(status.people),
    model: status.model === '' ? 'none' : `${status.model}, with vectors of ${count(status.vectors)} videos`,
    ...(status.tilesBehind !== undefined && { tiles: `${count(status.tilesBehind)} records behind their topics` }),
    memory: `${count(status.residentBytes / 2n ** 20n)} MiB`,
    ...Object.fromEntries(records),
  })
}
