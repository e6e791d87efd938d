import { spawn, spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from './engine.ts'

/** A process, told from a later one with the same number by when it was born. */
export interface Pid {
  readonly name: string
  readonly pid: number
  readonly born: string
}

const pollMs = 25
const gracePeriodMs = 10_000
const killMs = 10_000

export const logOf = (folder: string, name: string) => join(folder, `${name}.log`)

/** Starts a process that outlives this one, with an empty log. */
export async function startProcess(folder: string, { name, program, args, env }: Command): Promise<Pid> {
  const log = openSync(logOf(folder, name), 'w')
  const child = spawn(program, args, { cwd: folder, detached: true, stdio: ['ignore', log, log], env: { ...process.env, ...env } })
  closeSync(log)
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  child.unref()
  return { name, pid: child.pid!, born: birthOf(child.pid!) ?? '' }
}

/** The process that asks. */
export const self = (): Pid => ({ name: 'self', pid: process.pid, born: birthOf(process.pid) ?? '' })

export function isAlive({ pid, born }: Pid): boolean {
  return birthOf(pid) === born
}

/** Asks processes to end, and makes those that don't. */
export async function stopProcesses(processes: readonly Pid[]): Promise<void> {
  signalAll(processes, 'SIGTERM')
  if (await haveEnded(processes, gracePeriodMs)) return
  await killProcesses(processes)
}

export async function killProcesses(processes: readonly Pid[]): Promise<void> {
  signalAll(processes, 'SIGKILL')
  if (await haveEnded(processes, killMs)) return
  throw new Error(`still there ${killMs} ms after SIGKILL: ${processes.filter(isAlive).map(({ pid }) => pid)}`)
}

export function signalAll(processes: readonly Pid[], signal: NodeJS.Signals): void {
  for (const each of processes) {
    if (!isAlive(each)) continue
    try {
      process.kill(each.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

async function haveEnded(processes: readonly Pid[], withinMs: number): Promise<boolean> {
  for (const started = performance.now(); performance.now() - started < withinMs; await sleep(pollMs)) {
    if (!processes.some(isAlive)) return true
  }
  return false
}

/** When a process began, in the system's own words; undefined where it has ended. */
function birthOf(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    const [state, born] =
      /^(\S+)\s+(.+)/.exec(spawnSync('ps', ['-o', 'stat=,lstart=', '-p', `${pid}`], { encoding: 'utf8' }).stdout)?.slice(1) ?? []
    return state?.startsWith('Z') ? undefined : born
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Behind the name, which may hold anything: the state first, the time of the start as the twentieth.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}
