import { once } from 'node:events'
import type { Metadata, ServerReadableStream, ServerUnaryCall, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js'
import { encoded } from '../../encoded.ts'
import { InvalidInput } from '../../errors.ts'
import { MessageReader } from '../../message-reader.ts'
import { callsOf, checkBatch, type Door } from '../door.ts'
import type { Codec, Method } from '../method.ts'
import { toGrpc } from './error.ts'

type UnaryCall = ServerUnaryCall<unknown, unknown>
type ReadableCall = ServerReadableStream<unknown, unknown>
type Call = UnaryCall | ReadableCall

/** Stands for a message that can't be read: an error thrown while decoding would reach the caller as INTERNAL. */
const malformed = Symbol('malformed')

export const decoder = (codec: Codec<unknown>) => (bytes: Buffer) => {
  try {
    return codec.decode(new MessageReader(bytes))
  } catch {
    return malformed
  }
}

export const encoder = (codec: Codec<unknown>) => (message: unknown) => {
  const bytes = encoded(codec, message)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** For methods with one answer, be it to one message or to a stream of them. */
export function answerHandler(method: Method & { kind: 'unary' | 'clientStream' }, door: Door) {
  const calls = callsOf(method, 'grpc', door)
  const run = (call: Call, signal: AbortSignal, by: string): Promise<unknown> =>
    method.kind === 'unary'
      ? method.run(door.backend, checked((call as UnaryCall).request, method, door), signal, by)
      : method.run(door.backend, each(call as ReadableCall, method, door), signal)
  const answer = async (call: Call, callback: sendUnaryData<unknown>) => {
    const started = performance.now()
    const signal = whenCancelled(call)
    try {
      const by = await admit(call.metadata, method, door)
      callback(null, await run(call, signal, by))
      calls.ended(performance.now() - started)
    } catch (error) {
      callback(toGrpc(calls.failed(error, signal, performance.now() - started)))
    }
  }
  return (call: Call, callback: sendUnaryData<unknown>): void => void answer(call, callback)
}

export function serverStreamHandler(method: Method & { kind: 'serverStream' }, door: Door) {
  const calls = callsOf(method, 'grpc', door)
  const answer = async (call: ServerWritableStream<unknown, unknown>) => {
    const started = performance.now()
    const signal = whenCancelled(call)
    try {
      await admit(call.metadata, method, door)
      for await (const message of method.run(door.backend, checked(call.request, method, door), signal)) {
        if (!call.write(message)) await once(call, 'drain', { signal })
      }
      call.end()
      calls.ended(performance.now() - started)
    } catch (error) {
      call.emit('error', toGrpc(calls.failed(error, signal, performance.now() - started)))
    }
  }
  return (call: ServerWritableStream<unknown, unknown>): void => void answer(call)
}

/** Messages one by one: while one is being worked on, the stream takes in no more than it can hold. */
async function* each(call: ReadableCall, method: Method, door: Door): AsyncGenerator<unknown> {
  for await (const message of call.iterator({ destroyOnReturn: false })) yield checked(message, method, door)
}

function checked(message: unknown, method: Method, door: Door): unknown {
  if (message === malformed)
    throw new InvalidInput('MALFORMED_BODY', '', 'This is not a message of the contract. Generate the client from its .proto files.')
  checkBatch(method, message, door.batchSize)
  return message
}

function admit(metadata: Metadata, method: Method, door: Door): string | Promise<string> {
  if (door.access.isOpen()) return ''
  return door.access.admit(metadata.get('authorization')[0]?.toString(), method.scope)
}

/** Why a call ends early. Made once: an error of its own for each call would cost a stack each. */
const hungUp = new DOMException('The caller hung up', 'AbortError')

/** Aborts when the caller hangs up or its deadline passes; both are "cancelled" here, and so is every call that has ended. */
function whenCancelled(call: { once(event: 'cancelled', listener: () => void): unknown }): AbortSignal {
  const abort = new AbortController()
  call.once('cancelled', () => abort.abort(hungUp))
  return abort.signal
}
