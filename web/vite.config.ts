import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import solid from 'vite-plugin-solid'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const server = `http://127.0.0.1:${process.env.VIREO_HTTP_PORT ?? 8080}`

/** The player at /, the console at /console/; `vite` alone serves both from their sources, in front of a running server. */
// biome-ignore lint/style/noDefaultExport: Vite asks for it.
export default defineConfig({
  root: here('.'),
  plugins: [solid()],
  resolve: { conditions: ['vireo-source', 'solid', 'browser', 'module', 'production'] },
  build: {
    target: 'es2022',
    // Nothing inline: the content security policy refuses it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: [here('index.html'), here('console/index.html')] },
  },
  server: { proxy: { '/v1': server } },
})
