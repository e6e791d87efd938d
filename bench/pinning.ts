import { execFileSync, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Cores of the two sides: what serves has one for itself, and what asks has another. */
export const serverCore = 0
export const clientCore = 1

const coresOfMachine = availableParallelism()

/** As `taskset` takes them. */
export const allCores: string = `0-${coresOfMachine - 1}`

/** Whether processes can be held to cores: it takes two of them, and `taskset` of util-linux. */
export const canPin: boolean = coresOfMachine > 1 && spawnSync('taskset', ['--version']).status === 0

/** Holds this process and all its threads to the core of those who ask. */
export function pinClient(): void {
  holdTo(String(clientCore))
}

/** Lets this process, and what it starts meanwhile, use all cores. */
export async function onAllCores<Result>(use: () => Promise<Result>): Promise<Result> {
  holdTo(allCores)
  try {
    return await use()
  } finally {
    pinClient()
  }
}

function holdTo(cores: string): void {
  if (canPin) execFileSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)], { stdio: 'ignore' })
}

/** A command that runs Node on the given cores. */
export function onCores(cores: string, args: readonly string[]): [command: string, args: readonly string[]] {
  return canPin ? ['taskset', ['-c', cores, process.execPath, ...args]] : [process.execPath, args]
}

/** How many cores whoever is held to some of them has. */
export const countOf = (cores: string): number => (canPin && cores === String(serverCore) ? 1 : coresOfMachine)
