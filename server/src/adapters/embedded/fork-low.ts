import { type ChildProcess, type ForkOptions, fork } from 'node:child_process'
import { constants, setPriority } from 'node:os'

/** Runs a script in a process of its own at the lowest priority, `start` as JSON in its first argument: whoever waits for a feed comes first. */
export function forkLow(script: URL, start: object, options: Pick<ForkOptions, 'serialization'> = {}): ChildProcess {
  const child = fork(script, [JSON.stringify(start)], { ...options, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  // From its start on, which takes a while; what threads it has by then it lowers itself.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
  return child
}
