import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onCores, serverCore } from '../pinning.ts'

/** Runs a script in a process of its own, on the server's core; the one message that it sends is the result. */
export async function resultOf<Result>(script: URL, args: readonly (string | number)[]): Promise<Result> {
  const [command, rest] = onCores(String(serverCore), ['--expose-gc', fileURLToPath(script), ...args.map(String)])
  const child = spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  const failed = exited.then(([code]) => {
    throw new Error(`${script.pathname} ended with ${code} and without a result.`)
  })
  failed.catch(() => undefined)
  const [result] = await Promise.race([once(child, 'message'), failed])
  await exited
  return result as Result
}
