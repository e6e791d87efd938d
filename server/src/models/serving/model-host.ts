import { setTimeout as sleep } from 'node:timers/promises'
import { minuteMs } from '../../clock.ts'
import type { Log } from '../../log.ts'
import { type Opened, type OpenParts, openModel } from './open-model.ts'
import type { ServingModel } from './serving-model.ts'

/** What has come to the index is saved so often, in ms. */
const saveEveryMs = 10 * minuteMs
/** Requests that began with the model before are over by then. */
const graceMs = 5_000

/** The model that serves. Another takes its place when all of it is ready, and not before. */
export class ModelHost {
  readonly #parts: Omit<OpenParts, 'signal'>
  readonly #log: Log
  readonly #closing = new AbortController()
  #serving: Opened | undefined
  /** Changes are made one after the other. */
  #changing: Promise<unknown> = Promise.resolve()
  readonly #leaving = new Set<Promise<void>>()
  readonly #saving: NodeJS.Timeout

  constructor(parts: Omit<OpenParts, 'signal'>, log: Log) {
    this.#parts = parts
    this.#log = log
    this.#saving = setInterval(() => void this.#save(), saveEveryMs).unref()
  }

  get current(): ServingModel | undefined {
    return this.#serving?.model
  }

  /** What the vectors of the model that serves lack. */
  get lacks(): Opened['lacks'] {
    return this.#serving?.lacks
  }

  /** Serves the artifact in a folder from now on. Rejects as `loadArtifact` does, and then all stays as it is. */
  use(folder: string): Promise<ServingModel> {
    const using = this.#changing.then(
      () => this.#use(folder),
      () => this.#use(folder),
    )
    this.#changing = using
    return using
  }

  async close(): Promise<void> {
    this.#closing.abort()
    clearInterval(this.#saving)
    await Promise.allSettled([this.#changing, ...this.#leaving])
    await this.#save()
    await this.#serving?.close()
  }

  async #use(folder: string): Promise<ServingModel> {
    const { signal } = this.#closing
    const started = performance.now()
    const artifact = await this.#parts.runtime.load(folder, signal)
    const opened = await openModel(artifact, { ...this.#parts, signal })
    const before = this.#serving
    this.#serving = opened
    if (before !== undefined) this.#leave(before)
    const { id } = opened.model
    this.#log.info({ model: id, before: before?.model.id, ms: Math.round(performance.now() - started) }, 'this model serves')
    return opened.model
  }

  /** Without it the next start builds the index anew. */
  async #save(): Promise<void> {
    try {
      await this.#serving?.save()
    } catch (err) {
      this.#log.error({ err }, 'the vectors of videos were not saved')
    }
  }

  #leave(before: Opened): void {
    const left = this.#closeAfterwards(before).finally(() => this.#leaving.delete(left))
    this.#leaving.add(left)
  }

  async #closeAfterwards(before: Opened): Promise<void> {
    await sleep(graceMs, undefined, { signal: this.#closing.signal, ref: false }).catch(() => undefined)
    try {
      await before.close()
    } catch (err) {
      this.#log.error({ err, model: before.model.id }, 'the model before was not closed')
    }
  }
}
