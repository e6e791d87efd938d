import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { compose, type Vireo } from '../compose.ts'
import type { Config } from '../config.ts'
import { importFolder } from '../importing/import-folder.ts'
import type { ImportState } from '../importing/import-target.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import type { Day } from './day.ts'

export interface Replay {
  readonly folder: string
  readonly day: Day
  readonly config: Config
  readonly signal: AbortSignal
  readonly onImport?: (state: ImportState) => void
}

/** A data folder as it was when a day began, from which any number of feeds can start. */
export class ReplayedState implements AsyncDisposable {
  readonly #root: string
  readonly #replay: Replay
  #copies = 0

  private constructor(root: string, replay: Replay) {
    this.#root = root
    this.#replay = replay
  }

  /** Imports the folder up to the day, at its own times. */
  static async of(replay: Replay): Promise<ReplayedState> {
    const state = new ReplayedState(await mkdtemp(join(tmpdir(), 'vireo-evaluation-')), replay)
    try {
      await state.#import()
      return state
    } catch (error) {
      await state[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Runs `use` on a copy of the state: what it changes, others do not see. Without a clock, time stands still at the day's beginning. */
  async withCopy<Result>(use: (vireo: Vireo) => Promise<Result>, clock?: Clock): Promise<Result> {
    const copy = join(this.#root, `copy-${this.#copies++}`)
    await cp(this.#imported, copy, { recursive: true })
    const vireo = await this.#open(copy, clock)
    try {
      return await use(vireo)
    } finally {
      await vireo.close()
      await rm(copy, { recursive: true })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#root, { recursive: true, force: true })
  }

  get #imported(): string {
    return join(this.#root, 'imported')
  }

  async #import(): Promise<void> {
    const { folder, day, signal, onImport } = this.#replay
    const vireo = await this.#open(this.#imported)
    try {
      const options = { shiftToNow: false, until: day.startMs, signal }
      for await (const state of importFolder(folder, options, vireo.imports)) onImport?.(state)
    } finally {
      await vireo.close()
    }
  }

  #open(dataDir: string, clock: Clock = { now: () => this.#replay.day.startMs }): Promise<Vireo> {
    const { config } = this.#replay
    return compose(
      { ...config, lake: { ...config.lake, enabled: false }, models: { ...config.models, enabled: false }, dataDir },
      { clock, metrics: createMetrics(), log: createLog('warn') },
    )
  }
}
