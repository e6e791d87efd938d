import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = import.meta.dirname
const requirements = join(folder, 'requirements.txt')
/** Made here, and left out of the repository. */
const environment = join(folder, '.venv')
const stamp = join(environment, 'vireo-requirements')

/** The Python that has Spark: an environment of its own with the locked packages, made now where it is missing or no longer that of the lock. */
export function sparkPython(): string {
  const python = join(environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python
  console.error('Installing the locked packages of engines/spark/requirements.txt (520 MB on disk) …')
  rmSync(stamp, { force: true })
  if (spawnSync('uv', ['--version'], { stdio: 'ignore' }).status === 0) {
    run('uv', ['venv', '--quiet', '--clear', '--python', '>=3.11', environment])
    run('uv', ['pip', 'sync', '--quiet', '--require-hashes', '--python', python, requirements])
  } else {
    run(pythonInPath(), ['-m', 'venv', '--clear', environment])
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '--requirement', requirements])
  }
  writeFileSync(stamp, wanted)
  return python
}

function pythonInPath(): string {
  const found = ['python3', 'python'].find(
    (name) => spawnSync(name, ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 11))']).status === 0,
  )
  if (found === undefined) throw new Error('Spark needs Python 3.11 or newer in the PATH, or uv, which could bring one.')
  return found
}

function run(command: string, args: readonly string[]): void {
  const { error, status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error(`${command} ${args.slice(0, 3).join(' ')} failed: ${error?.message ?? 'what it says is above'}`)
}
