import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from './engine.ts'
import { ownFolder } from './folders.ts'
import { isAlive, killProcesses, type Pid, self, signalAll } from './processes.ts'
import { RunningEngine } from './running-engine.ts'
import { claim, readState } from './state-file.ts'

/** Engines of this process; what is left of them ends with it. */
const mine = new Set<RunningEngine>()

/** Starts an engine that belongs to this process, beside any others of its kind. */
export async function startOwn<Address extends string, Credential extends string>(
  engine: Engine<Address, Credential>,
  signal: AbortSignal,
): Promise<RunningEngine<Address, Credential>> {
  await clearAbandoned()
  const folder = join(ownFolder, `${engine.name}-${randomUUID()}`)
  mkdirSync(folder, { recursive: true })
  claim(folder, { engine: engine.name, owner: self(), since: new Date().toISOString(), processes: [], isReady: false })
  endWithThisProcess()
  try {
    const running = await RunningEngine.start(engine, folder, signal)
    mine.add(running)
    return running
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

export async function stopOwn(engine: RunningEngine): Promise<void> {
  mine.delete(engine)
  await engine.stop({ gently: false })
}

/** Ends the engines of processes that have ended without doing so; those that were. */
export async function clearAbandoned(): Promise<Pid[]> {
  const ended: Pid[] = []
  for (const name of foldersIn(ownFolder)) {
    const folder = join(ownFolder, name)
    const state = readState(folder)
    if (state === undefined || isAlive(state.owner)) continue
    ended.push(...state.processes.filter(isAlive))
    await killProcesses(state.processes)
    rmSync(folder, { recursive: true, force: true })
  }
  return ended
}

let isWatched = false
function endWithThisProcess(): void {
  if (isWatched) return
  isWatched = true
  process.once('exit', () => {
    for (const { processes, folder } of mine) {
      signalAll(processes, 'SIGKILL')
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    }
  })
  // A signal that nobody heeds ends a process without the event above.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    if (process.listenerCount(signal) === 0) process.once(signal, () => process.exit(code))
  }
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
