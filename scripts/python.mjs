// Makes `.venv` with the locked packages of training/ where it is missing or no longer that of its lock, and runs Python in it:
// `node scripts/python.mjs -m vireo_training train --samples training-data`. Plain JavaScript, no imports but Node's own.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
const environment = join(root, '.venv')
const stamp = join(environment, 'vireo-requirements')
const isWindows = process.platform === 'win32'
const pythonPath = join(environment, isWindows ? 'Scripts/python.exe' : 'bin/python')
const leastVersion = [3, 11]

/** The Python with the locked packages, and with those of the tests too where `dev`. Ends the process where it can't be had. */
export function python({ dev }) {
  const file = join(root, 'training', dev ? 'requirements-dev.txt' : 'requirements.txt')
  const wanted = createHash('sha256').update(readFileSync(file)).digest('hex')
  // What the tests need holds what everything else needs.
  const all = createHash('sha256')
    .update(readFileSync(join(root, 'training/requirements-dev.txt')))
    .digest('hex')
  const made = existsSync(stamp) && existsSync(pythonPath) ? readFileSync(stamp, 'utf8') : ''
  if (made === wanted || made === all) return pythonPath
  console.error(`Installing the locked Python packages of training/${dev ? 'requirements-dev.txt' : 'requirements.txt'} …`)
  rmSync(stamp, { force: true })
  if (succeeds('uv', ['--version'])) makeWithUv(file)
  else makeWithPip(file)
  writeFileSync(stamp, wanted)
  return pythonPath
}

/** Runs a module or a script in it; the code it ends with. */
export function runPython(args, { dev }) {
  const path = [join(root, 'training/src'), process.env.PYTHONPATH].filter(Boolean).join(delimiter)
  const { status, error } = spawnSync(python({ dev }), args, { stdio: 'inherit', env: { ...process.env, PYTHONPATH: path } })
  if (error !== undefined) fail(error.message)
  return status ?? 1
}

function makeWithUv(file) {
  run('uv', ['venv', '--quiet', '--clear', '--python', `>=${leastVersion.join('.')}`, environment])
  run('uv', ['pip', 'sync', '--quiet', '--require-hashes', '--python', pythonPath, file])
}

function makeWithPip(file) {
  const found = (isWindows ? ['python', 'py'] : ['python3', 'python']).find((name) => succeeds(name, ['-c', versionCheck]))
  if (found === undefined) {
    fail(
      `there is no Python ${leastVersion.join('.')} or newer in the PATH, and no uv that could bring one. Install either, then run the same again`,
    )
  }
  run(found, ['-m', 'venv', '--clear', environment])
  run(pythonPath, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '--requirement', file])
}

const versionCheck = `import sys, venv; sys.exit(sys.version_info < (${leastVersion.join(', ')}))`

function succeeds(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

function run(command, args) {
  // Standard output belongs to what runs afterwards.
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) fail(error === undefined ? `\`${command} ${args.slice(0, 3).join(' ')}\` failed; what it says is above` : error.message)
}

function fail(why) {
  console.error(`The Python packages of training/ could not be installed: ${why}.`)
  process.exit(1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [first, ...rest] = process.argv.slice(2)
  const dev = first === '--dev'
  const args = dev ? rest : process.argv.slice(2)
  if (args.length === 0) python({ dev })
  else process.exitCode = runPython(args, { dev })
}
