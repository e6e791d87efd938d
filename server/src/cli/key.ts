import { Command, Option } from 'commander'
import { KeyStore, keyPlace } from '../api/access/key-store.ts'
import { type ScopeName, scopeName, scopeNumber, scopes } from '../api/access/scope.ts'
import { keyCreated, keysListed } from '../api/keys.ts'
import { CreateKeyResponse, type Key, ListKeysResponse } from '../generated/vireo/v1/admin.ts'
import { collect } from './arguments.ts'
import { type Connection, isUnreachable, type ServerOptions, withConnection, withServerOptions } from './connection.ts'
import { configuration } from './environment.ts'
import { print, printJson, table, tell, timeOf } from './print.ts'

type Options = ServerOptions & { readonly json?: true }

export function keyCommand(): Command {
  const command = new Command('key')
    .description('create, list and revoke keys; as soon as there is one, every call needs one')
    .addHelpText('after', '\nExamples:\n  vireo key create --name app --scope feed --scope events\n  vireo key list')
  return command.addCommand(create()).addCommand(list()).addCommand(revoke())
}

const create = () =>
  withServerOptions(new Command('create').description('create a key and print its secret, this once'))
    .requiredOption('--name <name>', 'whose it is')
    .addOption(
      new Option('--scope <scope>', `what it may do, given once or more: ${scopes.join(', ')}; admin may do everything`)
        .argParser(collect)
        .makeOptionMandatory(),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  vireo key create --name app --scope feed --scope events\n  vireo key create --name ops --scope admin --json',
    )
    .action(async ({ name, scope, ...options }: Options & { name: string; scope: string[] }, command: Command) => {
      const unknown = scope.filter((each) => !scopes.includes(each as ScopeName))
      if (unknown.length > 0) command.error(`error: there is no scope ${unknown.join(', ')}; there are ${scopes.join(', ')}`)
      const request = { name, scopes: scope.map((each) => scopeNumber(each as ScopeName)) }
      const made = await atServerOrFolder(
        options,
        (server) => server.ask(server.admin, server.admin.createKey, request),
        (keys) => keyCreated(keys, request),
      )
      if (options.json) return printJson(CreateKeyResponse.toJSON(made))
      tell(`Key ${made.key!.keyId} for ${name} (${scopesOf(made.key!)}). Its secret, which is shown this once:`)
      print(made.secret)
    })

const list = () =>
  withServerOptions(new Command('list').description('list the keys'))
    .addHelpText('after', '\nExamples:\n  vireo key list\n  vireo key list --json')
    .action(async (options: Options) => {
      const { keys } = await atServerOrFolder(
        options,
        (server) => server.ask(server.admin, server.admin.listKeys, {}),
        async (store) => keysListed(store),
      )
      if (options.json) printJson(ListKeysResponse.toJSON({ keys }))
      else if (keys.length === 0) print('There are no keys: on this machine everything is allowed.')
      else
        print(
          table(
            ['key', 'name', 'scopes', 'created'],
            keys.map((key) => [key.keyId, key.name, scopesOf(key), timeOf(key.created)]),
          ),
        )
    })

const revoke = () =>
  withServerOptions(new Command('revoke').description('revoke a key, in force at once'))
    .argument('<key>', 'id of the key, as `vireo key list` shows it')
    .addHelpText('after', '\nExamples:\n  vireo key revoke 0123456789ab')
    .action(async (keyId: string, options: Options) => {
      await atServerOrFolder(
        options,
        async (server) => void (await server.ask(server.admin, server.admin.revokeKey, { keyId })),
        (keys) => keys.revoke(keyId),
      )
      if (options.json) printJson({ revoked: keyId })
      else print(`Revoked ${keyId}.`)
    })

/** Where no server runs, and none was named, keys are kept in the data folder without it. */
async function atServerOrFolder<Result>(
  options: Options,
  atServer: (server: Connection) => Promise<Result>,
  inFolder: (keys: KeyStore) => Promise<Result>,
): Promise<Result> {
  const config = configuration()
  try {
    return await withConnection(config, options, atServer)
  } catch (error) {
    if (options.server !== undefined || !isUnreachable(error)) throw error
    return await inFolder(new KeyStore(keyPlace(config)))
  }
}

const scopesOf = (key: Key) => key.scopes.map((number) => scopeName(number) ?? String(number)).join(', ')
