import { isIPv6 } from 'node:net'
import { VireoError } from '../errors.ts'

export const hostAndPort = (host: string, port: number): string => `${isIPv6(host) ? `[${host}]` : host}:${port}`

export function cannotListen(setting: string, host: string, port: number, cause: unknown): VireoError {
  const message = `Can't listen on ${hostAndPort(host, port)}: ${(cause as Error).message}. Change ${setting} or host, or end what listens there.`
  return new VireoError({ code: 'PORT_UNAVAILABLE', fault: 'client', retryable: false, message, cause })
}
