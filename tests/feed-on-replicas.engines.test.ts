import { composeReplicas, sharedSettings } from './replicas-for-tests.ts'
import { runOn } from './vireo-for-tests.ts'

// What holds of a feed on one server, which has everything for itself, holds on three that share log and people.
runOn({ open: composeReplicas(3), settings: sharedSettings })
for (const tests of ['bad-input', 'filters', 'next-page', 'pages', 'takedown', 'tracking']) await import(`./${tests}.test.ts`)
