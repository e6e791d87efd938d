import { createHash } from 'node:crypto'
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ServerProcess } from './server/server-process.ts'

export const repository: string = fileURLToPath(new URL('..', import.meta.url))
export const sampleFolder: string = join(repository, 'data/kuairand-pure')
/** Everything that benchmarks leave behind. */
const cache = join(tmpdir(), 'vireo-bench')
const imported = join(cache, nameOfSample())

/** A folder for one benchmark, under the cache; to be removed at its end. */
export function temporaryFolder(): string {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'run-'))
  // Where a run is interrupted, nobody else removes it.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs with a data folder that has the sample in it, as a copy. */
export async function withSample<Result>(say: (what: string) => void, use: (dataDir: string) => Promise<Result>): Promise<Result> {
  if (!existsSync(imported)) {
    say('importing the sample, once a day and version')
    const dataDir = temporaryFolder()
    const server = await ServerProcess.start({ dataDir, importing: sampleFolder, cores: '0,1' })
    // What is left of it for the lake is not to disturb whoever measures something else.
    await server.ask('drainLake')
    await server.stop()
    keepSample(dataDir)
  }
  return withFolder(async (dataDir) => {
    cpSync(imported, dataDir, { recursive: true })
    return use(dataDir)
  })
}

/** Runs with an empty folder. */
export async function withFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = temporaryFolder()
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Makes a data folder with the sample the one that others copy. */
export function keepSample(dataDir: string): void {
  for (const old of globSync(join(cache, 'sample-*'))) rmSync(old, { recursive: true, force: true })
  renameSync(dataDir, imported)
}

/** Another version may store things otherwise, and on another day other videos are new and trending. */
function nameOfSample(): string {
  const digest = createHash('sha256').update(new Date().toISOString().slice(0, 10))
  for (const file of globSync('server/src/**/*.ts', { cwd: repository }).sort()) {
    if (/\/(api|feed|pipeline)\/|\.test\.ts$/.test(file)) continue
    digest.update(file).update(readFileSync(join(repository, file)))
  }
  return `sample-${digest.digest('hex').slice(0, 16)}`
}
