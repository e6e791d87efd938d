import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { print } from './print.ts'
import { interrupted } from './stop-signals.ts'

const python = fileURLToPath(new URL('../../../scripts/python.mjs', import.meta.url))
const isWindows = process.platform === 'win32'

export interface PythonEnded {
  readonly code: number
  /** Of standard output. */
  readonly lastLine: string
}

/**
 * Runs `python -m vireo_training …`, with the locked packages, which are installed where they are missing. What it prints is
 * printed as it comes. Rejects with `INTERRUPTED` after the signal, when it has ended.
 */
export async function runTraining(args: readonly string[], signal: AbortSignal, launcher = python): Promise<PythonEnded> {
  signal.throwIfAborted()
  // A group of its own, so that a signal reaches Python too, which is the child of this child.
  const child = spawn(process.execPath, [launcher, '-m', 'vireo_training', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: !isWindows,
  })
  const send = (name: NodeJS.Signals) => (isWindows || child.pid === undefined ? child.kill(name) : sendToGroup(child.pid, name))
  // Python clears up after SIGINT, and not after others.
  const stop = () => send('SIGINT')
  // It must not outlive this process.
  const kill = () => send('SIGKILL')
  signal.addEventListener('abort', stop)
  process.on('exit', kill)
  try {
    const closed = once(child, 'close') as Promise<[number | null]>
    let lastLine = ''
    for await (const line of createInterface({ input: child.stdout })) {
      print(line)
      lastLine = line
    }
    const [code] = await closed
    if (signal.aborted) throw interrupted('Stopped')
    return { code: code ?? 1, lastLine }
  } finally {
    signal.removeEventListener('abort', stop)
    process.removeListener('exit', kill)
  }
}

function sendToGroup(leader: number, name: NodeJS.Signals): void {
  try {
    process.kill(-leader, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
