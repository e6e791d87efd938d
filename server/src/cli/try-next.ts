import type { Vireo } from '../compose.ts'
import { RecsRequest } from '../generated/vireo/v1/feed.ts'

export interface Address {
  readonly http: string
  /** File with a token to call with, where calls need one. */
  readonly tokenFile: string | undefined
}

/**
 * Three lines to copy: a page, a watch of the first of its videos that is more than a try, and the next page, which knows. The page is
 * made here, under the request id of the first line, which so gets the same one for the next ten minutes.
 */
export async function linesToTry({ services }: Vireo, person: string, { http, tokenFile }: Address): Promise<string[] | undefined> {
  if ((await services.operations.status()).clearedVideos === 0) return undefined
  const requestId = BigInt(Math.floor(Date.now() / 1_000))
  const signal = new AbortController().signal
  const { results } = await services.feed.getVideos(RecsRequest.fromPartial({ userid: person, requestId }), signal)
  const first = results.find(({ source }) => source !== 'bucket_flow') ?? results[0]
  if (first === undefined) return undefined
  const { video } = await services.catalog.get(first.videoId)
  const watch = { evt_type: 'Watch', userid: person, video_id: first.videoId, watch_ms: video.lengthMs ?? 60_000 }
  const curl = `curl -s${tokenFile === undefined ? '' : ` -H "authorization: Bearer $(cat ${quoted(tokenFile)})"`}`
  const feed = `${http}/v1/feed/${encodeURIComponent(person)}`
  return [
    `${curl} ${quoted(`${feed}?request_id=${requestId}`)}`,
    `${curl} ${http}/v1/events -H 'content-type: application/json' -d ${quoted(JSON.stringify({ events: [watch] }))}`,
    `${curl} ${feed}`,
  ]
}

/** For the shell. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
