import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { canPin, clientCore, serverCore } from './pinning.ts'

/** Where figures come from: without it they say nothing. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  /** Of the last 1, 5 and 15 minutes, before anything ran: above 0 others were at work too. */
  readonly loadBefore: readonly number[]
  readonly pinned: string
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    loadBefore: loadavg().map((load) => Math.round(load * 100) / 100),
    pinned: canPin ? `server on core ${serverCore}, clients on core ${clientCore}` : 'not pinned',
  }
}
