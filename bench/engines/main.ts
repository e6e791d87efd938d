import { benchCommand } from '../command.ts'
import { endToEnd } from './end-to-end.ts'
import { faultsOfEngines } from './faults.ts'
import { flink } from './flink.ts'
import { lake } from './lake.ts'
import { log } from './log.ts'
import { newServer } from './new-server.ts'
import { redis } from './redis.ts'
import { roles } from './roles.ts'
import { tiles } from './tiles.ts'

await benchCommand('bench:engines', 'Measures Vireo on the real engines. See docs/engines.md.', [
  log,
  redis,
  roles,
  lake,
  flink,
  tiles,
  endToEnd,
  newServer,
  faultsOfEngines,
])
