import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { nodeFlagsFor } from '../../bin/node-flags.mjs'
import { countOf, onCores, serverCore } from '../pinning.ts'
import type { Answers, Command, Imported, Reply } from './protocol.ts'

const script = fileURLToPath(new URL('serve.ts', import.meta.url))

/** What a feed costs without models is measured for itself; those who want a model say so. */
const withoutModels = { VIREO_MODELS_ENABLED: 'false' }

export interface ServerOptions {
  readonly dataDir: string
  /** A folder to import before the doors open. */
  readonly importing?: string
  /** As `taskset` takes them; the server's core by itself. */
  readonly cores?: string
  /** A folder for a CPU profile of the whole process. */
  readonly profileTo?: string | undefined
  /** As variables, beside those of the environment. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A server in a process of its own, on the server's core. */
export class ServerProcess {
  readonly address: string
  readonly httpAddress: string
  readonly imported: Imported | undefined
  /** From the start of the process to open doors, in ms. */
  readonly readyAfterMs: number
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (value: unknown) => void>()
  #questions = 0

  private constructor(child: ChildProcess, ready: Reply & { kind: 'ready' }, readyAfterMs: number) {
    this.address = `127.0.0.1:${ready.grpcPort}`
    this.httpAddress = `http://127.0.0.1:${ready.httpPort}`
    this.imported = ready.imported
    this.readyAfterMs = readyAfterMs
    this.#child = child
    child.on('message', (message: Reply) => {
      if (message.kind !== 'answer') return
      this.#waiting.get(message.id)?.(message.value)
      this.#waiting.delete(message.id)
    })
  }

  static async start({ dataDir, importing, cores = String(serverCore), profileTo, settings }: ServerOptions): Promise<ServerProcess> {
    const started = performance.now()
    const profiling = profileTo === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileTo}`, '--cpu-prof-name=import.cpuprofile']
    const args = [...nodeFlagsFor(countOf(cores)), ...profiling, script, dataDir, ...(importing === undefined ? [] : [importing])]
    const [command, rest] = onCores(cores, args)
    const child = spawn(command, rest, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...withoutModels, ...process.env, ...settings },
    })
    const died = once(child, 'exit').then(() => {
      throw new Error('The server ended before it was ready.')
    })
    const [ready] = (await Promise.race([once(child, 'message'), died])) as [Reply & { kind: 'ready' }]
    died.catch(() => undefined)
    return new ServerProcess(child, ready, performance.now() - started)
  }

  ask<Name extends Command>(command: Name): Promise<Answers[Name]> {
    const id = this.#questions++
    const answered = new Promise<unknown>((resolve) => this.#waiting.set(id, resolve))
    this.#child.send({ id, command })
    return answered as Promise<Answers[Name]>
  }

  /** Runs some load; with a file, writes a CPU profile of the server under it. */
  async profiled<Result>(file: string | undefined, load: () => Promise<Result>): Promise<Result> {
    if (file === undefined) return load()
    await this.ask('startProfile')
    const result = await load()
    writeFileSync(file, JSON.stringify(await this.ask('stopProfile')))
    return result
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit')
    await this.ask('stop')
    await exited
  }

  /** As a crash does. */
  async kill(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
  }
}
