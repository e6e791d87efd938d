import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What happens to one request on its way. */
export type Fault =
  /** It is carried out, and its answer is lost. */
  | { readonly kind: 'answer lost'; readonly method: string; readonly path: RegExp }
  /** Its answer is cut off after so many bytes. */
  | { readonly kind: 'answer cut'; readonly method: string; readonly path: RegExp; readonly bytes: number }
  /** The first byte of its body arrives as another. */
  | { readonly kind: 'body changed'; readonly method: string; readonly path: RegExp }

/** A way to a gateway on which a test makes things go wrong, each once; closed and opened again at the same port. */
export class FaultyWay {
  readonly faults: Fault[] = []
  readonly #to: URL
  #server: Server | undefined
  #port = 0

  constructor(to: string) {
    this.#to = new URL(to)
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async open(): Promise<void> {
    this.#server = createServer((from, back) => this.#forward(from, back)).listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    const closed = once(this.#server!, 'close')
    this.#server!.close()
    this.#server!.closeAllConnections()
    await closed
  }

  #forward(from: IncomingMessage, back: ServerResponse): void {
    const at = this.faults.findIndex(({ method, path }) => from.method === method && path.test(from.url!))
    const [fault] = at < 0 ? [] : this.faults.splice(at, 1)
    const { hostname, port } = this.#to
    const ahead = request({ hostname, port, method: from.method, path: from.url, headers: from.headers })
    ahead.on('error', () => back.destroy())
    back.on('close', () => ahead.destroy())
    ahead.on('response', async (answer) => {
      if (fault?.kind === 'answer lost') {
        await once(answer.resume(), 'end')
        return void back.destroy()
      }
      back.writeHead(answer.statusCode!, answer.headers)
      let left = fault?.kind === 'answer cut' ? fault.bytes : Number.POSITIVE_INFINITY
      for await (const bytes of answer) {
        left -= bytes.length
        if (left < 0) return void back.destroy()
        back.write(bytes)
      }
      back.end()
    })
    let isFirst = true
    from.on('data', (bytes: Buffer) => {
      if (isFirst && fault?.kind === 'body changed') bytes[0] = bytes[0]! ^ 1
      isFirst = false
      ahead.write(bytes)
    })
    from.on('end', () => ahead.end())
  }
}
