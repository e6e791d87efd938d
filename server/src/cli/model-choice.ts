import { Command } from 'commander'
import { ListModelsResponse, Model } from '../generated/vireo/v1/admin.ts'
import { type ServerOptions, withConnection, withServerOptions } from './connection.ts'
import { configuration } from './environment.ts'
import { print, printJson, table, timeOf } from './print.ts'

type Options = ServerOptions & { readonly json?: true }

export const listCommand = (): Command =>
  withServerOptions(new Command('list').description('list the models of the registry, the newest first'))
    .addHelpText('after', '\nExamples:\n  vireo models list\n  vireo models list --json')
    .action(async (options: Options) => {
      const found = await withConnection(configuration(), options, (server) => server.ask(server.admin, server.admin.listModels, {}))
      if (options.json) return printJson(ListModelsResponse.toJSON(found))
      if (found.models.length === 0) return print('The registry has no model. Train one with `vireo train`.')
      const rows = found.models.map((model) => [
        model.version,
        model.serves ? 'serves' : model.problem === '' ? '' : 'unreadable',
        model.version === found.chosen ? 'chosen' : '',
        timeOf(model.created),
        timeOf(model.trainedUntil),
      ])
      print(table(['version', '', '', 'created', 'trained until'], rows))
    })

export const useCommand = (): Command =>
  withServerOptions(new Command('use').description('load and check a version, and serve it from then on; requests notice nothing'))
    .argument('<version>', 'as `vireo models list` has it')
    .addHelpText('after', '\nA version that is refused changes nothing.\n\nExamples:\n  vireo models use 2022-05-05-b145e136')
    .action(async (version: string, options: Options) => {
      const { model } = await withConnection(configuration(), options, (server) =>
        server.ask(server.admin, server.admin.useModel, { version }),
      )
      say(model!, options)
    })

export const rollbackCommand = (): Command =>
  withServerOptions(new Command('rollback').description('serve the version again that was chosen before'))
    .addHelpText('after', '\nAgain goes back further.\n\nExamples:\n  vireo models rollback')
    .action(async (options: Options) => {
      const { model } = await withConnection(configuration(), options, (server) => server.ask(server.admin, server.admin.rollbackModel, {}))
      say(model!, options)
    })

function say(model: Model, { json }: Options): void {
  if (json) printJson(Model.toJSON(model))
  else print(`${model.name} ${model.version} serves.`)
}
