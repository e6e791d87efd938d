import { errorCodes } from '../api/error-codes.ts'
import { VireoError } from '../errors.ts'

/** What to do about a failure, where the command line has other means than a client of the API. */
const advice: Readonly<Record<string, string>> = {
  KEY_MISSING: 'Set VIREO_KEY, or name a file with --key-file; on the machine of the server its data folder (VIREO_DATA_DIR) does.',
  KEY_WRONG: 'Check VIREO_KEY or --key-file, and that VIREO_DATA_DIR is the folder of this server.',
  CONFIG_WRONG: 'docs/configuration.md lists the settings.',
  DATA_DIR_IN_USE: 'A server that has it is reached with --server host:port.',
  PORT_UNAVAILABLE: 'The ports are set by VIREO_HTTP_PORT and VIREO_GRPC_PORT.',
  ADMIN_KEY_MISSING: 'Create one with `npx vireo key create --name operator --scope admin`.',
}

/** A failure as it is told on the command line: its code, what is wrong, and what to do. */
export function complaint(error: unknown): string {
  if (!(error instanceof VireoError)) return `FAILED: ${sentence(error instanceof Error ? error.message : String(error))}`
  const field = error.field && !error.message.includes(error.field) ? ` (${error.field})` : ''
  const told = sentence(error.message + field)
  const toDo = advice[error.code] ?? whatToDo(errorCodes[error.code]?.help ?? '')
  return `${error.code}: ${told}${toDo === '' || told.includes(toDo) ? '' : ` ${toDo}`}`
}

/** The help of a code says what it means, then what to do. */
const whatToDo = (help: string) => help.slice(help.indexOf('. ') + 1).trim()

function sentence(text: string): string {
  const whole = text.trim().replace(/^./, (first) => first.toUpperCase())
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`
}
