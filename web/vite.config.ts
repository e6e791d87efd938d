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
    // The first that know light-dark(): what it is compiled to for others does not follow the theme switch.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Nothing inline: the content security policy refuses it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // That of hls.js, which is loaded where a browser can't play HLS by itself.
    chunkSizeWarningLimit: 600,
    rolldownOptions: { input: [here('index.html'), here('console/index.html')] },
  },
  // With the address as the browser gave it: the server refuses pages of other sites.
  server: { proxy: { '/v1': { target: server } } },
})
