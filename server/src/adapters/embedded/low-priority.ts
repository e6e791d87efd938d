import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

const lowest = constants.priority.PRIORITY_LOW

/**
 * Whoever waits for a feed comes before this process. On Linux each thread has a priority of its own, which those that it
 * starts begin with: so all that there are already are lowered.
 */
export function lowerThreads(): void {
  setPriority(lowest)
  if (process.platform !== 'linux') return
  for (const thread of readdirSync('/proc/self/task')) {
    try {
      setPriority(Number(thread), lowest)
    } catch {
      // It has ended meanwhile.
    }
  }
}
