import { benchCommand } from '../command.ts'
import { lake } from './lake.ts'
import { log } from './log.ts'
import { redis } from './redis.ts'

await benchCommand('bench:engines', 'Measures Vireo on the real engines. See docs/engines.md.', [log, redis, lake])
