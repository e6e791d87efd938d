import type { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'
import type { Services } from '../services.ts'
import type { KeyStore } from './access/key-store.ts'
import type { ScopeName } from './access/scope.ts'

/** What methods are answered from. */
export interface Backend {
  readonly services: Services
  readonly keys: KeyStore
  /** Aborts when the doors begin to close: for streams that have no end of their own. */
  readonly leaving: AbortSignal
}

/** A message on the wire and in JSON, as generated. */
export interface Codec<Message> {
  decode(bytes: Uint8Array | BinaryReader): Message
  encode(message: Message, writer?: BinaryWriter): BinaryWriter
  fromJSON(json: unknown): Message
  toJSON(message: Message): unknown
}

/** Verb and path, with fields of the request in braces. */
export type Route = `${'GET' | 'POST' | 'DELETE'} /v1/${string}`

interface Common<Request, Response> {
  /** The path of gRPC, which names the method in the contract. */
  readonly path: string
  /** Another path of gRPC with the same answer. */
  readonly alias?: string
  readonly request: Codec<Request>
  readonly response: Codec<Response>
  readonly scope: ScopeName
  /** The field whose rows limits.batchSize counts. */
  readonly batch?: keyof Request & string
}

export interface Unary<Request = unknown, Response = unknown> extends Common<Request, Response> {
  readonly routes: readonly Route[]
  /** `by` is the id of the caller's key, empty where none was needed. */
  run(backend: Backend, request: Request, signal: AbortSignal, by: string): Promise<Response>
}

export interface ServerStream<Request = unknown, Response = unknown> extends Common<Request, Response> {
  readonly routes: readonly Route[]
  run(backend: Backend, request: Request, signal: AbortSignal): AsyncIterable<Response>
}

export interface ClientStream<Request = unknown, Response = unknown> extends Common<Request, Response> {
  run(backend: Backend, requests: AsyncIterable<Request>, signal: AbortSignal): Promise<Response>
}

export type Method =
  | ({ readonly kind: 'unary' } & Unary)
  | ({ readonly kind: 'serverStream' } & ServerStream)
  | ({ readonly kind: 'clientStream' } & ClientStream)

// In a table of all methods the types of their messages are forgotten; each row was checked with its own.
export const unary = <Request, Response>(method: Unary<Request, Response>): Method => ({ kind: 'unary', ...(method as unknown as Unary) })
export const serverStream = <Request, Response>(method: ServerStream<Request, Response>): Method => ({
  kind: 'serverStream',
  ...(method as unknown as ServerStream),
})
export const clientStream = <Request, Response>(method: ClientStream<Request, Response>): Method => ({
  kind: 'clientStream',
  ...(method as unknown as ClientStream),
})
