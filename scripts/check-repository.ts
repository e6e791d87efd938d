// Fails on what no compiler or linter sees: what is tied to one machine or one registry, what is left over, and what has grown too long.
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'

const mostLines = 400
const programs = ['bin/vireo.mjs', '.ci/run']

const isCode = /\.(ts|mjs|js|py|sh)$|^\.ci\//
const isBinary = /\.(binpb|gz|parquet|onnx|f16|u64|png|jpg|webm|webp|mp4|m4s|ico|woff2|wasm)$/
const isGiven = /^(data|server\/src\/generated|web\/generated)\//

const vagueName = /(^|[-_.])(utils?|helpers?|misc|common|managers?)([-_.]|$)/i
// Written so that they don't find themselves.
const perLine: readonly (readonly [RegExp, string])[] = [
  [/https?:\/\/[^\s"'`)>]*\b(?:registry|mirrors?|artifactory|verdaccio|pypi)\b/i, 'the address of a package registry'],
  [/(?:^|[\s"'`(=:,])\/(?:home|Users|root|work|workspace)\/\w/, 'a path of one machine'],
  [/\b(?:TO(?:DO)|FI(?:XME)|X{3}|HA(?:CK))\b(?!.*(?:\w{2,}\W+){4})/, 'a marker without a reason'],
  [/\b(?:test|describe|it)\.(?:only)\(|\b(?:only): true/, 'a test that leaves out the others'],
  [/^(?:<{7}|>{7})(?: |$)/, 'a merge that was left'],
]

const problems: string[] = []
const files = git('ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0').filter(Boolean).filter(exists)
for (const path of new Set(files)) {
  const vague = path.split('/').find((part) => vagueName.test(part))
  if (vague !== undefined) problems.push(`${path}: ${vague} says nothing of what is in it; name it by its subject`)
  if (isGiven.test(path) || isBinary.test(path)) continue
  const lines = readFileSync(path, 'utf8').split('\n')
  for (const [at, line] of lines.entries()) {
    for (const [pattern, what] of perLine) if (pattern.test(line)) problems.push(`${path}:${at + 1}: ${what}`)
  }
  const codeLines = lines.filter((line) => line.trim() !== '').length
  if (isCode.test(path) && codeLines > mostLines) problems.push(`${path}: ${codeLines} lines of code are more than ${mostLines}; split it`)
}
checkLock()
for (const path of programs) {
  if (exists(path) && (statSync(path).mode & 0o111) === 0) problems.push(`${path}: not executable; run \`chmod +x ${path}\``)
}

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else console.log(`The repository is in order: ${files.length} files.`)

/** The lock must serve every platform and any registry. */
function checkLock(): void {
  interface Locked {
    readonly resolved?: string
    /** Of a workspace: its folder is its address. */
    readonly link?: true
    readonly optionalDependencies?: Readonly<Record<string, string>>
  }
  const packages: Record<string, Locked> = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages
  for (const [path, { resolved, link, optionalDependencies = {} }] of Object.entries(packages)) {
    if (resolved !== undefined && link === undefined)
      problems.push(`package-lock.json: ${path} has an address ("resolved"); .npmrc leaves them out`)
    for (const name of Object.keys(optionalDependencies)) {
      if (packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined)
        problems.push(
          `package-lock.json: ${name} is missing, with which \`npm ci\` fails; the registry it was made from has not all platforms`,
        )
    }
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
