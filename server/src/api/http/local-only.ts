import type { IncomingHttpHeaders } from 'node:http'
import { VireoError } from '../../errors.ts'

const localName = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i

/**
 * Where no key is asked for, a page of some other site that is open in a browser on this machine must not get in: neither by
 * a name of its own that it points at this machine (DNS rebinding), nor with a plain cross-site request, unless its origin is
 * one of `allowed`. Throws `ORIGIN_REFUSED`.
 */
export function localOnly(headers: IncomingHttpHeaders, allowed?: ReadonlySet<string>): void {
  const { host = '', origin } = headers
  const foreign = headers['sec-fetch-site'] === 'cross-site' || (origin !== undefined && origin !== `http://${host}`)
  if (localName.test(host) && (!foreign || allowed?.has(origin ?? ''))) return
  const message = 'Without keys this server answers only to localhost, 127.0.0.1 and [::1], and not to pages of other sites.'
  throw new VireoError({ code: 'ORIGIN_REFUSED', fault: 'client', retryable: false, message })
}
