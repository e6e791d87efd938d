import { availableParallelism } from 'node:os'

/** What Node itself starts, however many cores there are. */
const mostHelpers = 4

/** How Node is started to serve on so many cores. */
export const nodeFlagsFor = (cores) => [
  // node:sqlite says that it is experimental at each start.
  '--disable-warning=ExperimentalWarning',
  // In MiB. Collecting what is young from Node's 16 stops the feed for up to 20 ms; from 8 for half of that, and no more often in all.
  '--max-semi-space-size=8',
  // Threads that collect and compile beside the event loop: on a single core four of them would have four fifths of it.
  `--v8-pool-size=${Math.min(mostHelpers, Math.max(1, cores - 1))}`,
  // There, who waits for helpers waits for their turn.
  ...(cores === 1 ? ['--no-parallel-scavenge'] : []),
]

/** On all that it may use. */
export const nodeFlags = nodeFlagsFor(availableParallelism())
