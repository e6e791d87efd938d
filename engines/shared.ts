import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine, Layout } from './engine.ts'
import { sharedFolder } from './folders.ts'
import { isAlive, killProcesses, self } from './processes.ts'
import { RunningEngine } from './running-engine.ts'
import { claim, readState, type State } from './state-file.ts'

const pollMs = 100

/** `crashed`: there is a state file, but not all of the processes that it names. */
export type Standing = 'running' | 'starting' | 'crashed' | 'stopped'

export const folderOf = (name: string) => join(sharedFolder, name)

export function standingOf(state: State | undefined): Standing {
  if (state === undefined) return 'stopped'
  if (!state.isReady) return isAlive(state.owner) ? 'starting' : 'crashed'
  return state.processes.every(isAlive) ? 'running' : 'crashed'
}

/** The engine that all processes share: the running one, or one that is started now. What is left of a crash is cleared first. */
export async function startShared<Address extends string, Credential extends string>(
  engine: Engine<Address, Credential>,
  signal: AbortSignal,
): Promise<RunningEngine<Address, Credential>> {
  const folder = folderOf(engine.name)
  for (;;) {
    signal.throwIfAborted()
    const state = readState(folder)
    const standing = standingOf(state)
    if (standing === 'running') return new RunningEngine(engine, state!.layout as Layout<Address, Credential>)
    if (standing === 'starting') await sleep(pollMs, undefined, { signal })
    if (standing === 'crashed') {
      console.error(`${engine.name} has crashed since ${state!.since}; what is left of it is cleared away.`)
      await killProcesses(state!.processes)
      rmSync(folder, { recursive: true, force: true })
    }
    if (standing === 'stopped' && isClaimed(engine.name, folder)) return await started(engine, folder, signal)
  }
}

/** Ends it, if it is there; what it was. */
export async function stopShared(engine: Engine): Promise<Standing> {
  const state = readState(folderOf(engine.name))
  const standing = standingOf(state)
  if (state?.layout !== undefined) await new RunningEngine(engine, state.layout).stop({ gently: true })
  else rmSync(folderOf(engine.name), { recursive: true, force: true })
  return standing
}

async function started<Address extends string, Credential extends string>(
  engine: Engine<Address, Credential>,
  folder: string,
  signal: AbortSignal,
): Promise<RunningEngine<Address, Credential>> {
  try {
    return await RunningEngine.start(engine, folder, signal)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

function isClaimed(name: string, folder: string): boolean {
  mkdirSync(folder, { recursive: true })
  return claim(folder, { engine: name, owner: self(), since: new Date().toISOString(), processes: [], isReady: false })
}
