import { join } from 'node:path'
import { cached } from '../cache.ts'
import type { Engine } from '../engine.ts'
import { cacheFolder } from '../folders.ts'
import { accepts, freePorts } from '../ports.ts'
import { goInstall, needGo } from '../programs.ts'

const version = '2.5.0'
const cacheName = `toxiproxy-${version}`

/** Stands between a client and an engine, and makes the way slow, narrow or broken as it is told over HTTP (`network-proxy.ts`). */
export const toxiproxy: Engine<'api', never> = {
  name: 'toxiproxy',
  about: `Toxiproxy ${version}, faults on the network; built by Go`,
  readyMs: 20_000,

  async install(signal) {
    await cached(cacheName, (folder) => {
      needGo('Toxiproxy')
      return goInstall(`github.com/Shopify/toxiproxy/v2/cmd/server@v${version}`, folder, signal)
    })
  },

  async layOut(folder) {
    const { port } = await freePorts('port')
    const program = join(cacheFolder, cacheName, 'server')
    return {
      folder,
      addresses: { api: `http://127.0.0.1:${port}` },
      credentials: {},
      commands: [{ name: 'proxy', program, args: ['-host', '127.0.0.1', '-port', `${port}`] }],
    }
  },

  isReady: ({ addresses }) => accepts(new URL(addresses.api).host),
}
