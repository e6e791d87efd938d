import { availableParallelism } from 'node:os'

/** How Node is started to serve. */
export const nodeFlags = [
  // node:sqlite says that it is experimental at each start.
  '--disable-warning=ExperimentalWarning',
  // In MiB. Collecting what is young from Node's 16 stops the feed for up to 20 ms; from 8 for half of that, and no more often in all.
  '--max-semi-space-size=8',
  // Threads that help to collect and compile: one less than there are cores, at least one. Node's four would have four fifths of a single core.
  '--v8-pool-size=0',
  // On a single core who waits for helpers only waits for their turn.
  ...(availableParallelism() === 1 ? ['--no-parallel-scavenge'] : []),
]
