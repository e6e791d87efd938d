import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hourMs, minuteMs } from '../../server/src/clock.ts'

const root = join(import.meta.dirname, '../..')
const main = join(root, 'server/src/cli/main.ts')
// As the launcher sets it: these tests start the command line a hundred times.
const cache = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node') }

const folders = mkdtempSync(join(tmpdir(), 'vireo-cli-'))
process.on('exit', () => rmSync(folders, { recursive: true, force: true }))

export const newFolder = (): string => mkdtempSync(join(folders, 'test-'))

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export type Environment = Readonly<Record<string, string>>

/** The command line as its own process, without any setting of this one's. */
function start(
  args: readonly string[],
  env: Environment,
  cwd: string,
  command: readonly string[] = [process.execPath, main],
  timeoutMs = 60_000,
) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VIREO_'))
  const [file, ...first] = command as [string, ...string[]]
  const child = spawn(file, [...first, ...args], {
    cwd,
    env: { ...cache, ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A command that hangs fails its test, and not the whole run.
    timeout: timeoutMs,
  })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, ...said }))
  return { child, said, ended }
}

export const vireo = (args: readonly string[], env: Environment = {}, command?: readonly string[], timeoutMs?: number): Promise<Ended> =>
  start(args, { VIREO_DATA_DIR: join(newFolder(), 'data'), VIREO_GRPC_PORT: '1', ...env }, newFolder(), command, timeoutMs).ended

export interface Serving {
  /** All that it printed until it served. */
  readonly said: string
  readonly http: string
  /** For commands that talk to it. */
  readonly env: Environment
  /** Ends it as Ctrl-C does. */
  stop(): Promise<Ended>
  /** Ends it as a crash does. */
  kill(): Promise<Ended>
}

/** `vireo start` on free ports; resolves when it serves. */
export async function serve(args: readonly string[], dataDir = join(newFolder(), 'data'), more: Environment = {}): Promise<Serving> {
  const env = { VIREO_DATA_DIR: dataDir, VIREO_HTTP_PORT: '0', VIREO_GRPC_PORT: '0', VIREO_LOG_LEVEL: 'warn', ...more }
  const { child, said, ended } = start(['start', ...args], env, newFolder())
  process.on('exit', () => child.kill('SIGKILL'))
  while (!/^(curl.*\n){3}|nothing to show yet.*\n/m.test(said.out)) {
    const end = await Promise.race([once(child.stdout, 'data'), ended])
    if (!Array.isArray(end)) throw new Error(`it ended with ${end.code}: ${end.err}`)
  }
  const [, http = ''] = /^HTTP +(\S+)$/m.exec(said.out)!
  const [, port = ''] = /^gRPC +\S+:(\d+)$/m.exec(said.out)!
  return {
    said: said.out,
    http,
    env: { VIREO_DATA_DIR: dataDir, VIREO_GRPC_PORT: port },
    stop() {
      child.kill('SIGINT')
      return ended
    },
    kill() {
      child.kill('SIGKILL')
      return ended
    },
  }
}

/** Forty videos of four creators; of twenty people, each watched ten that lie side by side, to the end, an hour ago: every video was watched by five. */
export function smallFolder(): string {
  const folder = newFolder()
  const videos = Array.from({ length: 40 }, (_, n) => ({
    video_id: `v${n}`,
    creator_id: `c${n % 4}`,
    title: `Film ${n}`,
    content_url: `https://v.example/${n}`,
    length_ms: 10_000,
    categories: [`category ${n % 3}`],
    state: 'cleared',
    upload_time: new Date(Date.now() - 48 * hourMs).toISOString(),
  }))
  const events = Array.from({ length: 200 }, (_, n) => ({
    evt_type: 'Watch',
    userid: `p${n % 20}`,
    video_id: `v${((n % 20) * 2 + Math.floor(n / 20)) % 40}`,
    watch_ms: 10_000,
    evt_time: new Date(Date.now() - hourMs + Math.floor(n / 20) * minuteMs).toISOString(),
  }))
  for (const [name, rows] of Object.entries({ videos, events })) {
    writeFileSync(join(folder, `${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  }
  return folder
}
