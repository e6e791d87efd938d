import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { serverCore } from '../pinning.ts'

const statistics = '/proc/stat'
/** Of these, in s. */
const tick = 0.01
/** A process that is held to one core sees no other. */
const isPinned = availableParallelism() === 1 && existsSync(statistics)

/** Tells how much of the server's core other processes take: on a shared machine that is what figures suffer from. */
export class CoreTime {
  #before = this.#now()

  restart(): void {
    this.#before = this.#now()
  }

  /** Share from 0 to 1 since the start; undefined where that can't be known. */
  takenByOthers(): number | undefined {
    const [from, to] = [this.#before, this.#now()]
    if (from === undefined || to === undefined) return undefined
    return Math.max(0, to.busyS - from.busyS - (to.ownS - from.ownS)) / (to.totalS - from.totalS)
  }

  #now(): { totalS: number; busyS: number; ownS: number } | undefined {
    if (!isPinned) return undefined
    const line = readFileSync(statistics, 'utf8')
      .split('\n')
      .find((each) => each.startsWith(`cpu${serverCore} `))!
    // user, nice, system, idle, waiting for disks, interrupts (hard, soft), stolen by the host; guests are in user.
    const times = line.split(/ +/).slice(1, 9).map(Number)
    const totalS = times.reduce((sum, time) => sum + time, 0) * tick
    const { user, system } = process.cpuUsage()
    return { totalS, busyS: totalS - (times[3]! + times[4]!) * tick, ownS: (user + system) / 1e6 }
  }
}
