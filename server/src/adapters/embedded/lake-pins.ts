import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../clock.ts'

const name = /^(\d+)-[\w-]+$/

/** Readers of a lake in any process, each a file that says which version is read and until when, renewed while it is. */
export class LakePins {
  readonly #folder: string
  readonly #clock: Clock
  readonly #leaseMs: number

  private constructor(folder: string, clock: Clock, leaseMs: number) {
    this.#folder = folder
    this.#clock = clock
    this.#leaseMs = leaseMs
  }

  static async open(folder: string, clock: Clock, leaseMs: number): Promise<LakePins> {
    await mkdir(folder, { recursive: true })
    return new LakePins(folder, clock, leaseMs)
  }

  /** Resolves with what ends the pin. */
  async add(version: number): Promise<() => Promise<void>> {
    const path = join(this.#folder, `${version}-${randomUUID()}`)
    let writing = this.#write(path)
    await writing
    const renewal = setInterval(() => {
      // One that fails is tried again before the lease has ended.
      writing = this.#write(path).catch(() => undefined)
    }, this.#leaseMs / 3)
    renewal.unref()
    return async () => {
      clearInterval(renewal)
      await writing
      await rm(path, { force: true })
    }
  }

  /** Forgets readers that have been silent for longer than their lease: their process has died. */
  async oldest(): Promise<number | undefined> {
    let oldest: number | undefined
    for (const each of await readdir(this.#folder)) {
      const version = Number(name.exec(each)?.[1] ?? Number.NaN)
      if (Number.isNaN(version)) continue
      const untilMs = Number(await readFile(join(this.#folder, each), 'utf8').catch(() => 0))
      if (untilMs < this.#clock.now()) await rm(join(this.#folder, each), { force: true })
      else oldest = Math.min(oldest ?? version, version)
    }
    return oldest
  }

  async #write(path: string): Promise<void> {
    await writeFile(`${path}.new`, String(this.#clock.now() + this.#leaseMs))
    await rename(`${path}.new`, path)
  }
}
