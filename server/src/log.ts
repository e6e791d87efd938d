import { type DestinationStream, destination, type Logger, pino } from 'pino'
import type { Config } from './config.ts'

export type Log = Logger

const secret = ['authorization', 'secret', 'token', 'tracking']

/** Lines of JSON, to standard error: standard output belongs to the commands. */
export function createLog(level: Config['logLevel'], to: DestinationStream = destination({ dest: 2, sync: false })): Log {
  const paths = secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths, censor: '…' } }, to)
}
