// Generates the TypeScript of the contract and of the log's records, for the server and for pages, and the descriptors that
// reflection serves.
// `--check` compares with what is there and changes nothing; `--release` moves the line that breaking changes are measured from.
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const target = 'server/src/generated'
const webTarget = 'web/generated'
const scratch = mkdtempSync(join(tmpdir(), 'vireo-generate-'))

const buf = (...args: string[]) => execFileSync('buf', args, { stdio: ['ignore', 'inherit', 'inherit'] })

try {
  // The contract comes last: it decides how the shared Timestamp looks.
  buf('generate', '--output', scratch, '--template', 'buf.gen.records.yaml', '--path', 'proto/vireo/record')
  buf('generate', '--output', scratch, '--path', 'proto/vireo/v1', '--path', 'proto/original')
  buf('generate', '--output', scratch, '--template', 'buf.gen.web.yaml', '--path', 'proto/vireo/v1')
  buf('build', '--output', join(scratch, target, 'contract.binpb'))
  if (process.argv.includes('--check')) {
    const names = (folder: string) => globSync(`{${target},${webTarget}}/**/*.{ts,binpb}`, { cwd: folder }).sort()
    const stale = names(scratch).filter((name) => !sameFile(join(scratch, name), name))
    const gone = names('.').filter((name) => !names(scratch).includes(name))
    if (stale.length + gone.length > 0) {
      console.error(`Generated files are out of date: ${[...stale, ...gone].join(', ')}. Run \`npm run generate\`.`)
      process.exitCode = 1
    }
  } else {
    for (const folder of [target, webTarget]) {
      rmSync(folder, { recursive: true, force: true })
      cpSync(join(scratch, folder), folder, { recursive: true })
    }
  }
  if (process.argv.includes('--release')) cpSync(join(scratch, target, 'contract.binpb'), 'proto/contract.binpb')
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function sameFile(one: string, other: string): boolean {
  try {
    return readFileSync(one).equals(readFileSync(other))
  } catch {
    return false
  }
}
