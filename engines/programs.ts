import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const leastJava = 17

/** The Java to run. Throws where there is none that `engine` runs on. */
export function java(engine: string): string {
  const { JAVA_HOME: home } = process.env
  const program = home === undefined ? 'java' : join(home, 'bin/java')
  const { error, stderr } = spawnSync(program, ['-version'], { encoding: 'utf8' })
  const found = error === undefined ? /version "(\d+)/.exec(stderr)?.[1] : undefined
  if (Number(found) >= leastJava) return program
  const what = found === undefined ? `${program} is no Java` : `${program} is Java ${found}`
  throw new Error(`${engine} needs Java ${leastJava} or newer, but ${what}. Install one, and put it in the PATH or name it in JAVA_HOME.`)
}

/** Throws where a program is not in the PATH; `how` says how it gets there. */
export function need(program: string, versionArg: string, engine: string, how: string): void {
  if (spawnSync(program, [versionArg], { stdio: 'ignore' }).error === undefined) return
  throw new Error(`${engine} needs ${program} in the PATH, which is not there. ${how}`)
}

export const needMaven = (engine: string) => need('mvn', '--version', engine, 'Install Maven (Debian: apt-get install maven).')
export const needGo = (engine: string) => need('go', 'version', engine, 'Install Go 1.24 or newer (go.dev).')

/** Runs a program to its end; what it wrote. Throws with the end of that where it fails. */
export async function run(program: string, args: readonly string[], signal: AbortSignal, env?: NodeJS.ProcessEnv): Promise<string> {
  try {
    return (await execute(program, args, { signal, env: { ...process.env, ...env }, maxBuffer: 2 ** 26 })).stdout
  } catch (error) {
    signal.throwIfAborted()
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string }
    throw new Error(`${program} ${args.slice(0, 3).join(' ')} failed: ${`${stdout}${stderr}`.trim().slice(-2_000) || message}`, {
      cause: error,
    })
  }
}

/** Copies a project's jars, with what they depend on, into a folder. */
export async function mavenJars(pom: string, into: string, signal: AbortSignal, options: readonly string[] = []): Promise<void> {
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${into}`, '-DincludeScope=runtime']
  await run('mvn', ['-q', '-B', '-f', pom, ...goal, ...options], signal)
}

/** Builds a program of Go into a folder. */
export async function goInstall(module: string, into: string, signal: AbortSignal): Promise<void> {
  await run('go', ['install', module], signal, { GOBIN: into })
}
