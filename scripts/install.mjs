// Installs the locked dependencies where they are missing or no longer those of the lock; otherwise it does nothing. With `--pages` it
// also has the pages built where they are not those of their sources.
// It runs before anything is installed, on Node 20 or newer: plain JavaScript, no imports but Node's own.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
/** A release has the second, which npm keeps in a package. */
const locks = ['package-lock.json', 'npm-shrinkwrap.json']

/** The locked Node 24, or the running one where it is as new; undefined where there is neither. */
export function node24() {
  return lockedNode() ?? (Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : undefined)
}

function lockedNode() {
  try {
    // Wherever npm has put it: with Vireo as a dependency of something else, that is beside it.
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'))
    const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(path) ? path : undefined
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}

/** Ends the process where the dependencies can't be had. `production` leaves out what only the tests need. */
export function install({ production }) {
  if (isDependency() || isInstalled(production)) return
  const args = ['ci', ...(production ? ['--omit=dev'] : []), '--no-audit', '--no-fund', '--loglevel=error']
  // Standard output belongs to the command that comes after.
  console.error(`Installing the locked dependencies (npm ${args.slice(0, production ? 2 : 1).join(' ')}); this can take a minute …`)
  const startedMs = Date.now()
  const { status, error } = npm(args)
  if (status === 0 && isInstalled(production)) {
    console.error(`Installed in ${((Date.now() - startedMs) / 1_000).toFixed(1)} s.`)
    return
  }
  const why = error === undefined ? 'what npm says is above' : error.message
  console.error(
    `The dependencies could not be installed (${why}). npm must be able to reach its registry: check with \`npm ping\`, then run the same command again.`,
  )
  process.exit(1)
}

/** npm has installed what it needs together with it. */
const isDependency = () => basename(dirname(here('.'))) === 'node_modules'

/** What npm has written down of its last install says the same as the lock file, platform by platform. */
function isInstalled(production) {
  const found = packagesOf('node_modules/.package-lock.json')
  if (found === undefined || node24() === undefined) return false
  return Object.entries(packagesOf(locks.find((path) => existsSync(here(path))))).every(
    ([path, { version, dev, devOptional, optional }]) =>
      path === '' || optional || (production && (dev || devOptional)) || found[path]?.version === version,
  )
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(here(path), 'utf8')).packages
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

function npm(args) {
  // Inside `npm start` this is the npm that runs it; otherwise the one in the PATH, which on Windows is a script of the shell.
  const own = process.env.npm_execpath
  const [command, first] = own?.endsWith('.js') ? [process.execPath, [own]] : ['npm', []]
  return spawnSync(command, [...first, ...args], {
    cwd: here(''),
    stdio: ['ignore', 2, 2],
    shell: command === 'npm' && process.platform === 'win32',
  })
}

function buildPages() {
  const { status } = spawnSync(node24(), [here('scripts/build-web.ts')], { stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(status ?? 1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  install({ production: process.argv.includes('--production') })
  if (process.argv.includes('--pages')) buildPages()
}
