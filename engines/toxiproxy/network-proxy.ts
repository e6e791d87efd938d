const timeoutMs = 5_000

/** A fault: what it does and its numbers, as Toxiproxy's own documentation has them. */
export interface Toxic {
  readonly type: 'latency' | 'bandwidth' | 'timeout' | 'reset_peer' | 'slow_close' | 'slicer' | 'limit_data'
  readonly attributes?: Readonly<Record<string, number>>
  /** Whose bytes: what the engine says by default. */
  readonly stream?: 'downstream' | 'upstream'
}

/** A way to an engine with faults on it. Clients use `address` in place of the engine's own. */
export class NetworkProxy {
  readonly #url: string
  readonly address: string

  private constructor(url: string, address: string) {
    this.#url = url
    this.address = address
  }

  /** `api`: the address of Toxiproxy. `upstream`: that of the engine, as `host:port`. `at`: where it listens, if that matters. */
  static async open(api: string, name: string, upstream: string, at = '127.0.0.1:0'): Promise<NetworkProxy> {
    const { listen } = await call<{ listen: string }>(`${api}/proxies`, 'POST', { name, upstream, listen: at, enabled: true })
    return new NetworkProxy(`${api}/proxies/${name}`, listen)
  }

  /** Cuts all connections and lets no new ones in. */
  async cut(): Promise<void> {
    await call(this.#url, 'POST', { enabled: false })
  }

  /** Lets everybody in, and takes all faults away. */
  async heal(): Promise<void> {
    const toxics = await call<readonly { name: string }[]>(`${this.#url}/toxics`, 'GET')
    for (const { name } of toxics) await call(`${this.#url}/toxics/${name}`, 'DELETE')
    await call(this.#url, 'POST', { enabled: true })
  }

  /** Has a fault from now on, beside those that there are. */
  async add({ type, attributes = {}, stream = 'downstream' }: Toxic): Promise<void> {
    await call(`${this.#url}/toxics`, 'POST', { type, attributes, stream, name: `${type}-${stream}` })
  }

  async close(): Promise<void> {
    await call(this.#url, 'DELETE')
  }
}

async function call<Answer>(url: string, method: string, body?: unknown): Promise<Answer> {
  const init = { method, signal: AbortSignal.timeout(timeoutMs), ...(body !== undefined && { body: JSON.stringify(body) }) }
  const response = await fetch(url, init)
  const text = await response.text()
  if (!response.ok) throw new Error(`Toxiproxy refuses ${method} ${new URL(url).pathname}: ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as Answer
}
