import { CommanderError } from 'commander'
import { VireoError } from '../errors.ts'

export const exitCodes = { done: 0, failed: 1, usage: 2, refused: 3, unreachable: 4, interrupted: 130 } as const

/** As `vireo --help` prints it. */
export const exitCodesHelp = `
Exit codes:
    0  done
    1  failed: the command or the server could not do it
    2  wrong usage: an argument or a setting
    3  refused, or a part of it: an unknown video, a bad row, a missing key
    4  no server at the address
  130  interrupted`

/** Codes of a start that failed: the caller is at fault, but nothing that was sent was refused. */
const startFailures = new Set(['PORT_UNAVAILABLE', 'ADMIN_KEY_MISSING', 'DATA_DIR_IN_USE'])

export function exitCodeOf(error: unknown): number {
  // Commander's own errors are all of usage; asking for help is none.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  if (!(error instanceof VireoError) || startFailures.has(error.code)) return exitCodes.failed
  if (error.code === 'INTERRUPTED') return exitCodes.interrupted
  if (error.code === 'SERVER_UNREACHABLE') return exitCodes.unreachable
  if (error.code === 'CONFIG_WRONG' || error.code === 'USAGE_WRONG') return exitCodes.usage
  return error.fault === 'client' ? exitCodes.refused : exitCodes.failed
}
