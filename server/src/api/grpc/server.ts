import { logVerbosity, Server, ServerCredentials, setLogVerbosity } from '@grpc/grpc-js'
import type { Door } from '../door.ts'
import { cannotListen, hostAndPort } from '../listening.ts'
import type { Method } from '../method.ts'
import { methods } from '../methods.ts'
import { answerHandler, decoder, encoder, serverStreamHandler } from './handlers.ts'
import { Health } from './health.ts'
import { addReflection } from './reflection.ts'

export interface GrpcServer {
  readonly port: number
  /** Takes no new calls; running ones have `graceMs` to end. */
  close(graceMs: number): Promise<void>
}

export async function startGrpc(door: Door, host: string, port: number): Promise<GrpcServer> {
  // What it writes to standard error are no lines of JSON, and comes as errors too.
  setLogVerbosity(logVerbosity.NONE)
  const server = new Server({
    'grpc.max_receive_message_length': door.bodyMb * 2 ** 20,
    // Its books cost more than all of ours, and nobody reads them.
    'grpc.enable_channelz': 0,
    // A stream whose client vanished without a word ends.
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
  })
  for (const method of methods) {
    register(server, method.path, method, door)
    if (method.alias !== undefined) register(server, method.alias, method, door)
  }
  addReflection(server)
  const health = new Health(() => door.backend.services.operations.ready())
  health.addTo(server)
  const bound = await listen(server, host, port).catch((cause) => {
    health.close()
    throw cannotListen('grpcPort', host, port, cause)
  })
  return {
    port: bound,
    async close(graceMs) {
      health.close()
      const forced = setTimeout(() => server.forceShutdown(), graceMs)
      await new Promise<void>((ended) => server.tryShutdown(() => ended()))
      clearTimeout(forced)
    },
  }
}

function register(server: Server, path: string, method: Method, door: Door): void {
  const encode = encoder(method.response)
  const decode = decoder(method.request)
  const handler = method.kind === 'serverStream' ? serverStreamHandler(method, door) : answerHandler(method, door)
  server.register(path, handler, encode, decode, method.kind)
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(hostAndPort(host, port), ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
}
