import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const target = `http://127.0.0.1:${process.env.VIREO_HTTP_PORT ?? 8080}`

/** In front of a running server, as if it were a part of it. */
// biome-ignore lint/style/noDefaultExport: Vite asks for it.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // The client from its sources; an app of its own has it from `npm install @vireo/client`.
  resolve: { conditions: ['vireo-source', 'module', 'browser'] },
  server: { port: 5173, proxy: { '/v1': { target }, '/clips': { target } } },
})
