import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import solid from 'vite-plugin-solid'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const server = `http://127.0.0.1:${process.env.VIREO_HTTP_PORT ?? 8080}`

/** What the player's entry imports when it has asked for the feed is fetched beside it. */
const fetchedBeside: Plugin = {
  name: 'fetched-beside',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { chunk, path }) =>
      path === '/index.html'
        ? chunk!.dynamicImports.map((file) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
            injectTo: 'head' as const,
          }))
        : [],
  },
}

/** The player at /, the console at /console/; `vite` alone serves both from their sources, in front of a running server. */
// biome-ignore lint/style/noDefaultExport: Vite asks for it.
export default defineConfig({
  root: here('.'),
  plugins: [solid(), fetchedBeside],
  resolve: { conditions: ['vireo-source', 'solid', 'browser', 'module', 'production'] },
  build: {
    target: 'es2022',
    // The first that know light-dark(): what it is compiled to for others does not follow the theme switch.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Nothing inline: the content security policy refuses it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // That of hls.js, which is loaded for streams alone.
    chunkSizeWarningLimit: 600,
    // How long plugins take is of no interest to who starts a server.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  // With the address as the browser gave it: the server refuses pages of other sites.
  server: { proxy: { '/v1': { target: server } } },
})
