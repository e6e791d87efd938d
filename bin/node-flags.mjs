/** How Node is started to serve. */
export const nodeFlags = [
  // node:sqlite says that it is experimental at each start.
  '--disable-warning=ExperimentalWarning',
  // In MiB. Collecting what is young from Node's 16 stops the feed for up to 20 ms; from 8 for half of that, and no more often in all.
  '--max-semi-space-size=8',
]
