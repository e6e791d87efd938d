// Fails on what must not get into the repository: addresses of package registries, paths of one machine, files that
// are too long to read, left-over markers, and names that say nothing.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const longest = 400
const registries = /https?:\/\/[a-z0-9.-]*(registry|pypi|pythonhosted|crates\.io|maven\.org|goproxy|golang\.org)[a-z0-9.-]*/i
const machinePaths = /(^|[\s'"`(=:])\/(home|root|work|Users)\/[a-z]/m
const markers = /\b(FIXME|XXX|HACK)\b|\bTODO\b(?!\(.+\):)|\.only\(/
const emptyNames = /(^|\/)(utils?|helpers?|misc|common|[a-z-]*manager)(\.[a-z]+|\/)/i
const code = /\.(ts|mjs|py|css|svelte)$/
const self = /^scripts\/check-repository\.ts$/

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' }).trim().split('\n')
const problems = files.filter((file) => existsSync(file) && !self.test(file)).flatMap(problemsOf)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1

function problemsOf(file: string): string[] {
  const found: string[] = []
  if (emptyNames.test(file)) found.push(`${file}: name it after what it holds`)
  if (file.startsWith('data/') || file.includes('/generated/') || file.endsWith('.binpb')) return found
  const text = readFileSync(file, 'utf8')
  if (registries.test(text)) found.push(`${file}: holds the address of a package registry`)
  if (file === 'package-lock.json' && text.includes('"resolved"'))
    found.push(`${file}: holds addresses; run npm with this repository's .npmrc`)
  if (machinePaths.test(text)) found.push(`${file}: holds a path of one machine`)
  if (code.test(file) && text.split('\n').length > longest) found.push(`${file}: over ${longest} lines; split it by concept`)
  if (code.test(file) && markers.test(text)) found.push(`${file}: holds a left-over marker`)
  return found
}
