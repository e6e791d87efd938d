import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from '../cache.ts'
import type { Engine } from '../engine.ts'
import { cacheFolder } from '../folders.ts'
import { accepts, freePorts } from '../ports.ts'
import { goInstall, needGo } from '../programs.ts'

const version = '1.8.0'
const cacheName = `versitygw-${version}`

/** An S3 gateway over a folder, with versions and compare-and-set (`If-Match`, `If-None-Match`), without lifecycle rules. */
export const s3: Engine<'endpoint', 'accessKeyId' | 'secretAccessKey'> = {
  name: 's3',
  about: `S3 gateway (versitygw ${version}); built by Go, some minutes the first time`,
  readyMs: 30_000,

  async install(signal) {
    await cached(cacheName, (folder) => {
      needGo('The S3 gateway')
      return goInstall(`github.com/versity/versitygw/cmd/versitygw@v${version}`, folder, signal)
    })
  },

  async layOut(folder) {
    const { port } = await freePorts('port')
    const data = join(folder, 'data')
    const versions = join(folder, 'versions')
    const accounts = join(folder, 'accounts')
    for (const each of [data, versions, accounts]) mkdirSync(each)
    const credentials = { accessKeyId: randomBytes(10).toString('hex'), secretAccessKey: randomBytes(20).toString('hex') }
    return {
      folder,
      addresses: { endpoint: `http://127.0.0.1:${port}` },
      credentials,
      commands: [
        {
          name: 'gateway',
          program: join(cacheFolder, cacheName, 'versitygw'),
          args: [
            ...['--port', `127.0.0.1:${port}`, '--keep-alive', '--access-log', '', '--iam-dir', accounts],
            ...['posix', '--versioning-dir', versions, data],
          ],
          env: { ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey },
        },
      ],
    }
  },

  isReady: ({ addresses }) => accepts(new URL(addresses.endpoint).host),
}
