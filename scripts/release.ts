// Makes what is published, into dist/ or the folder that is named: `vireo-<version>.tgz`, a server that runs without a build, and
// `vireo-client-<version>.tgz`, the client library. `npm run release`
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { lockOf } from './release/lock.ts'

const root = join(import.meta.dirname, '..')
const target = resolve(process.argv[2] ?? join(root, 'dist'))

const folders = /^(bench|bin|data|docs|models|proto|server\/src|simulator|training)\//
const files = /^(CHANGELOG\.md|LICENSE|README\.md|scripts\/(chromium\.ts|install\.mjs|python\.mjs))$/
const onlyForTests = /\.test\.ts$|-for-tests\.ts$|-contract\.ts$|^training\/tests\//
/** What names another module, or the script of a worker. */
const namesOfModules = /((?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*['"][^'"]+)\.ts(?=['"])/g

run(process.execPath, 'scripts/build-web.ts')
const stage = mkdtempSync(join(tmpdir(), 'vireo-release-'))
try {
  const kept = run('git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard')
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)))
  for (const path of kept) if ((folders.test(path) || files.test(path)) && !onlyForTests.test(path)) ship(path)
  cpSync(join(root, 'web/dist'), join(stage, 'web/dist'), { recursive: true })
  describe()
  mkdirSync(target, { recursive: true })
  run('npm', 'pack', stage, '--pack-destination', target, '--loglevel=error')
  run('npm', 'pack', '--workspace=client', '--pack-destination', target, '--loglevel=error')
} finally {
  rmSync(stage, { recursive: true, force: true })
}
for (const path of globSync(join(target, 'vireo-*.tgz'))) console.log(path)

/** As it is, or as JavaScript: Node strips no types of what lies under node_modules. Lines stay where they are. */
function ship(path: string): void {
  const source = readFileSync(join(root, path))
  const isTypeScript = path.endsWith('.ts')
  const shipped = join(stage, isTypeScript ? path.replace(/\.ts$/, '.js') : path)
  mkdirSync(dirname(shipped), { recursive: true })
  writeFileSync(shipped, isTypeScript ? stripTypeScriptTypes(source.toString()).replace(namesOfModules, '$1.js') : source)
}

/** The package's own description, and the lock of what it needs, which npm heeds under this name also in a package. */
function describe(): void {
  const { workspaces, devDependencies, private: _, scripts, ...rest } = readJson('package.json')
  const description = { ...rest, scripts: { prestart: 'node scripts/install.mjs --production', start: scripts.start } }
  writeJson('package.json', description)
  const { name, version, license, dependencies, bin, engines } = rest
  writeJson('npm-shrinkwrap.json', lockOf(readJson('package-lock.json'), { name, version, license, dependencies, bin, engines }))
}

function readJson(path: string) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(join(stage, path), `${JSON.stringify(value, undefined, 2)}\n`)
}

function run(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'inherit'] })
}
