import { once } from 'node:events'
import { connect, createServer } from 'node:net'

// Below the ports that systems give to outgoing connections: a client that calls an engine that is down
// could otherwise be given the engine's own port, be connected to itself, and keep the engine from coming back.
const least = 20_000
const most = 32_000

/** Ports of 127.0.0.1 that nobody listens on, all different, by what they are for. */
export async function freePorts<Name extends string>(...names: readonly Name[]): Promise<Record<Name, number>> {
  const found = new Set<number>()
  while (found.size < names.length) {
    const port = least + Math.floor(Math.random() * (most - least))
    if (await isFree(port)) found.add(port)
  }
  const ports = [...found]
  return Object.fromEntries(names.map((name, at) => [name, ports[at]])) as Record<Name, number>
}

/** Whether somebody listens there. */
export async function accepts(address: string): Promise<boolean> {
  const [host, port] = address.split(':') as [string, string]
  const socket = connect({ host, port: Number(port), timeout: 1_000 })
  try {
    await Promise.race([once(socket, 'connect'), once(socket, 'timeout').then(() => Promise.reject(new Error('timeout')))])
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
