import { type API, type Callback, type Connection, Consumer, type fetchV17, kGetApi, Reader, ResponseError } from '@platformatic/kafka'
import { isPlain } from './record-batch.ts'

type FetchResponse = fetchV17.FetchResponse

/** Versions whose answers are alike. */
const known = { first: 13, last: 17 } as const

/** Its batches as they came, or as the client reads them. */
export interface FetchedPartition extends fetchV17.FetchResponsePartition {
  readonly batches?: Buffer
}

type Fetch = API<unknown[], FetchResponse>

/** A consumer that gives batches as they come, where they are not compressed and no transaction was given up. */
export class BatchConsumer extends Consumer {
  override [kGetApi]<Arguments extends unknown[], Response>(name: string, callback: Callback<API<Arguments, Response>>): void {
    super[kGetApi]<Arguments, Response>(name, (error, api) => {
      const isKnown = api !== undefined && name === 'Fetch' && api.version >= known.first && api.version <= known.last
      callback(error, isKnown ? (fetching(api as unknown as Fetch) as unknown as typeof api) : api)
    })
  }
}

/** The client's call with another reader of the answer. */
function fetching(api: Fetch): Fetch {
  const fetch = ((connection: Connection, ...others: unknown[]) => {
    const send: Connection['send'] = (key, version, request, parse, ...rest) => {
      const parseAny: typeof parse = (correlation, apiKey, apiVersion, reader) => {
        const { position } = reader
        const response = parsed(apiKey, apiVersion, reader)
        if (response !== undefined) return response as ReturnType<typeof parse>
        reader.position = position
        return parse(correlation, apiKey, apiVersion, reader)
      }
      connection.send(key, version, request, parseAny, ...rest)
    }
    api({ send } as Connection, ...others)
  }) as Fetch
  return Object.assign(fetch, { key: api.key, version: api.version })
}

/**
 * https://kafka.apache.org/protocol#The_Messages_Fetch. Undefined where the client is to read it. Throws as the client does
 * where the broker says what is wrong.
 */
function parsed(apiKey: number, apiVersion: number, given: Reader): FetchResponse | undefined {
  // In one piece, which what is read may stay a view of.
  const bytes = given.buffer.slice(given.position)
  const reader = Reader.from(bytes)
  const errors: Record<string, [number, null]> = {}
  let isReadable = true
  const partition = (_: Reader, at: number, topic: number): FetchedPartition => {
    const partitionIndex = reader.readInt32()
    const errorCode = reader.readInt16()
    if (errorCode !== 0) errors[`/responses/${topic}/partitions/${at}`] = [errorCode, null]
    const [highWatermark, lastStableOffset, logStartOffset] = [reader.readInt64(), reader.readInt64(), reader.readInt64()]
    const abortedTransactions = reader.readNullableArray((each) => ({ producerId: each.readInt64(), firstOffset: each.readInt64() }))
    const preferredReadReplica = reader.readInt32()
    const length = Math.max(0, reader.readUnsignedVarInt() - 1)
    const batches = bytes.subarray(reader.position, reader.position + length)
    reader.skip(length)
    if (!isPlain(batches) || (abortedTransactions?.length ?? 0) > 0) isReadable = false
    const offsets = { highWatermark, lastStableOffset, logStartOffset }
    return { partitionIndex, errorCode, ...offsets, abortedTransactions, preferredReadReplica, records: null, batches }
  }
  const throttleTimeMs = reader.readInt32()
  const errorCode = reader.readInt16()
  if (errorCode !== 0) errors[''] = [errorCode, null]
  const sessionId = reader.readInt32()
  const responses = reader.readArray((_, topic) => ({
    topicId: reader.readUUID(),
    partitions: reader.readArray((each, at) => partition(each, at, topic)),
  }))
  reader.readTaggedFields()
  const response = { throttleTimeMs, errorCode, sessionId, responses, nodeEndpoints: [] }
  if (!isReadable) return undefined
  if (Object.keys(errors).length > 0) throw new ResponseError(apiKey, apiVersion, errors, response)
  return response
}
