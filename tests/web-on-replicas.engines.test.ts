import { composeReplicas, sharedSettings } from './replicas-for-tests.ts'
import { runOn } from './vireo-for-tests.ts'

// The player, and a moderator at the console, in a browser: each of its requests reaches the next of three servers.
runOn({ open: composeReplicas(3), settings: sharedSettings })
for (const tests of ['player', 'open-player']) await import(`./${tests}.test.ts`)
