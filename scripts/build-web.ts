// Builds the player and the console into web/dist where they are missing or older than their sources; otherwise it does nothing.
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const here = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const target = here('web/dist')
// Beside it: a server or a test that reads the old one does so to the end.
const scratch = here(`web/dist.${process.pid}`)
const stamp = join(target, '.sources')

const sources = sourcesHash()
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== sources) {
  console.error('Building the player and the console …')
  const startedMs = Date.now()
  // It takes half a second to load, which most starts need not wait for.
  const { build } = await import('vite')
  try {
    // One by one: what they share is in both, so that the player comes in few files.
    for (const [at, page] of ['index.html', 'console/index.html'].entries())
      await build({
        configFile: here('web/vite.config.ts'),
        logLevel: 'warn',
        build: { outDir: scratch, emptyOutDir: false, copyPublicDir: at === 0, rolldownOptions: { input: here(`web/${page}`) } },
      })
    await Promise.all(globSync(join(scratch, '**/*.{html,js,css,svg,json}')).map(compress))
    writeFileSync(join(scratch, '.sources'), sources)
    rmSync(target, { recursive: true, force: true })
    renameSync(scratch, target)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  console.error(`Built in ${((Date.now() - startedMs) / 1_000).toFixed(1)} s.`)
}

/** Of all that a build is made of. */
function sourcesHash(): string {
  const hash = createHash('sha256')
  const exclude = (name: string) => /^(dist.*|node_modules)$|\.test\.tsx?$/.test(name)
  for (const path of globSync(['package-lock.json', 'web/**/*.*', 'client/src/**/*.ts'], { cwd: here(''), exclude }).sort())
    hash.update(path).update(readFileSync(here(path)))
  return hash.digest('hex')
}

/** Beside the file, as .br and .gz: the server sends what the browser can read. */
async function compress(path: string): Promise<void> {
  const bytes = readFileSync(path)
  const brotli = await promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } })
  writeFileSync(`${path}.br`, brotli)
  writeFileSync(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }))
}
