import type { Server, ServerWritableStream } from '@grpc/grpc-js'
import { HealthImplementation } from 'grpc-health-check'
import { methods } from '../methods.ts'

const services = ['', ...new Set(methods.flatMap(({ path, alias }) => [path, alias ?? path]).map((path) => path.split('/')[1]!))]
const followMs = 200

/** grpc.health.v1.Health: serving while `ready` says so. */
export class Health {
  readonly #health = new HealthImplementation()
  readonly #watchers = new Set<ServerWritableStream<unknown, unknown>>()
  readonly #timer: NodeJS.Timeout
  #serving: boolean | undefined

  constructor(ready: () => boolean) {
    this.#set(ready())
    this.#timer = setInterval(() => this.#set(ready()), followMs).unref()
  }

  addTo(server: Pick<Server, 'addService'>): void {
    this.#health.addToServer({
      addService: (definition, handlers) => {
        const watch = handlers.watch as (call: ServerWritableStream<unknown, unknown>) => void
        server.addService(definition, {
          ...handlers,
          watch: (call: ServerWritableStream<unknown, unknown>) => {
            this.#watchers.add(call)
            call.on('cancelled', () => this.#watchers.delete(call))
            watch(call)
          },
        })
      },
    })
  }

  /** Not serving from here on. Watchers learn it and are let go: they would hold up the server's end. */
  close(): void {
    clearInterval(this.#timer)
    this.#set(false)
    for (const watcher of this.#watchers) watcher.end()
  }

  #set(serving: boolean): void {
    if (serving === this.#serving) return
    this.#serving = serving
    for (const service of services) this.#health.setStatus(service, serving ? 'SERVING' : 'NOT_SERVING')
  }
}
