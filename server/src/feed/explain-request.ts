import { hourMs, minuteMs } from '../clock.ts'
import { InvalidInput } from '../errors.ts'
import { checkId } from '../events/validate.ts'
import type { ExplainRequest } from '../generated/vireo/v1/admin.ts'
import type { WantedSlate } from './explain-log.ts'

/** As `Tracking` makes them. Whether it is signed does not matter: it is asked with a key for everything. */
const token = /^([^.]+)\.\d+\.([0-9a-z]+)\.[^.]*\.[^.]+$/

/** The response that a request names; undefined where it names none. Throws `InvalidInput` for one that is named badly. */
export function wantedOf(request: ExplainRequest, idLength: number): WantedSlate | undefined {
  const { pageNumber, requestId, servedAbout, slateId, tracking, userid: person } = request
  const names = [requestId, slateId, tracking].filter((name) => name !== undefined)
  if (names.length === 0 && pageNumber === undefined && servedAbout === undefined) return undefined
  if (names.length !== 1 || (pageNumber !== undefined && requestId === undefined)) {
    const message = 'A response is named by its request_id (and page_number), or by its slate_id, or by a tracking token of it'
    throw new InvalidInput('RESPONSE_NAME_WRONG', 'request_id', message)
  }
  if (pageNumber !== undefined && pageNumber < 0) throw new InvalidInput('PAGE_NEGATIVE', 'page_number', 'Pages are numbered from 0')
  const time = servedAbout && Number(servedAbout.seconds) * 1_000 + Math.floor(servedAbout.nanos / 1e6)
  const wanted = { person, slateId, requestId: String(requestId ?? ''), pageNumber: pageNumber ?? 0, aboutMs: time }
  if (tracking !== undefined) return { ...wanted, ...slateOfToken(tracking) }
  if (slateId !== undefined) checkId('slate_id', slateId, idLength)
  return wanted
}

function slateOfToken(text: string): Pick<WantedSlate, 'slateId' | 'aboutMs'> {
  const [, slateId, hour] = token.exec(text) ?? []
  if (hour === undefined)
    throw new InvalidInput('TOKEN_INVALID', 'tracking', 'This is no tracking token: send it as it came with the result')
  return { slateId, aboutMs: Number.parseInt(hour, 36) * hourMs + 30 * minuteMs }
}
