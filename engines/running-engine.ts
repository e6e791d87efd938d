import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command, Engine, Layout } from './engine.ts'
import { isAlive, killProcesses, logOf, type Pid, startProcess, stopProcesses } from './processes.ts'
import { readState, writeState } from './state-file.ts'

const pollMs = 50

/** An engine that runs, with its folder. */
export class RunningEngine<Address extends string = string, Credential extends string = string> {
  readonly #engine: Engine<Address, Credential>
  readonly #layout: Layout<Address, Credential>

  constructor(engine: Engine<Address, Credential>, layout: Layout<Address, Credential>) {
    this.#engine = engine
    this.#layout = layout
  }

  /** Starts it in a folder that holds only its claim (see `claim`). What was started ends where it does not get ready. */
  static async start<Address extends string, Credential extends string>(
    engine: Engine<Address, Credential>,
    folder: string,
    signal: AbortSignal,
  ): Promise<RunningEngine<Address, Credential>> {
    await engine.install(signal)
    const layout = await engine.layOut(folder, signal)
    writeState(folder, { ...readState(folder)!, layout })
    const running = new RunningEngine(engine, layout)
    try {
      await running.#start(layout.commands, signal, true)
      return running
    } catch (error) {
      await killProcesses(running.processes)
      throw error
    }
  }

  get folder(): string {
    return this.#layout.folder
  }

  get addresses(): Readonly<Record<Address, string>> {
    return this.#layout.addresses
  }

  get credentials(): Readonly<Record<Credential, string>> {
    return this.#layout.credentials
  }

  get processes(): readonly Pid[] {
    return readState(this.folder)?.processes ?? []
  }

  /** Kills all its processes, or those named, as a crash would (SIGKILL). Resolves when they are gone. */
  async kill(...names: readonly string[]): Promise<void> {
    await killProcesses(this.processes.filter(({ name }) => names.length === 0 || names.includes(name)))
  }

  /** Starts those of its processes again that have ended, with their data and at their addresses; resolves when it is ready. */
  async restart(signal: AbortSignal = AbortSignal.timeout(this.#engine.readyMs)): Promise<void> {
    const alive = this.processes.filter(isAlive).map(({ name }) => name)
    await this.#start(
      this.#layout.commands.filter(({ name }) => !alive.includes(name)),
      signal,
      false,
    )
  }

  /** Ends it and removes its folder. */
  async stop({ gently }: { readonly gently: boolean }): Promise<void> {
    if (gently) await stopProcesses(this.processes)
    else await killProcesses(this.processes)
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  async #start(commands: readonly Command[], signal: AbortSignal, isFirst: boolean): Promise<void> {
    for (const command of commands) {
      const started = await startProcess(this.folder, command)
      const state = readState(this.folder)!
      const others = state.processes.filter(({ name }) => name !== command.name)
      // At once, so that whoever finds the file can end what runs.
      writeState(this.folder, { ...state, processes: [...others, started] })
    }
    const limit = AbortSignal.any([signal, AbortSignal.timeout(this.#engine.readyMs)])
    while (!(await this.#engine.isReady(this.#layout, limit))) {
      const ended = this.processes.find((each) => !isAlive(each))
      if (ended !== undefined) throw new Error(`${this.#engine.name} (${ended.name}) has ended:\n${this.#lastWords(ended)}`)
      signal.throwIfAborted()
      if (limit.aborted) throw new Error(this.#tooSlow())
      await sleep(pollMs)
    }
    if (isFirst) await this.#engine.found?.(this.#layout, limit)
    writeState(this.folder, { ...readState(this.folder)!, isReady: true })
  }

  #tooSlow(): string {
    const said = this.processes.map((each) => `${each.name}:\n${this.#lastWords(each)}`)
    return `${this.#engine.name} was not ready within ${this.#engine.readyMs / 1_000} s:\n${said.join('\n')}`
  }

  #lastWords({ name }: Pid): string {
    return readFileSync(logOf(this.folder, name), 'utf8').trim().split('\n').slice(-15).join('\n')
  }
}
