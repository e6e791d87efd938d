import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import files from '@fastify/static'
import type { FastifyPluginCallback, FastifyReply } from 'fastify'
import { NotFound } from '../../errors.ts'

/** What `npm run build:web` makes. */
const built = fileURLToPath(new URL('../../../../web/dist', import.meta.url))

// Videos and their pictures are where the catalogue says; all else is ours. Captions of HLS begin as an empty `data:`.
const policy = [
  "default-src 'self'",
  "media-src 'self' blob: data: https: http:",
  "img-src 'self' data: https: http:",
  "connect-src 'self' https: http:",
  "worker-src 'self' blob:",
  "style-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const dayS = 86_400

/** The player at / and the console at /console/, with hashed assets for ever and pages asked for anew. */
export const pages: FastifyPluginCallback = (http, _, done) => {
  if (!existsSync(built)) {
    for (const path of ['/', '/console/*'])
      http.get(path, () => {
        throw new NotFound(
          'PAGES_NOT_BUILT',
          '',
          'The player and the console are not built: run `npm run build:web`, then start the server again.',
        )
      })
    return done()
  }
  http.register(files, {
    root: built,
    preCompressed: true,
    cacheControl: false,
    index: 'index.html',
    // The console finds its own way from the address.
    wildcard: true,
    setHeaders(reply, path) {
      reply.header('cache-control', cachingOf(path))
      reply.header('content-security-policy', policy)
    },
  })
  const console = (_: unknown, reply: FastifyReply) => reply.sendFile('console/index.html')
  // By name: the plugin does not find a folder's index among compressed files.
  // Who only wants to know whether a page is there asks with HEAD.
  const page = { exposeHeadRoute: true }
  http.get('/', page, (_, reply) => reply.sendFile('index.html'))
  http.get('/console', page, (_, reply) => reply.redirect('/console/'))
  http.get('/console/*', page, console)
  done()
}

function cachingOf(path: string): string {
  if (path.includes('/assets/')) return `public, max-age=${365 * dayS}, immutable`
  if (path.includes('/clips/')) return `public, max-age=${dayS}`
  return 'no-cache'
}
