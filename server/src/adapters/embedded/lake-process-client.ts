import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { Unavailable, VireoError } from '../../errors.ts'
import { packed } from '../../lake/record-packet.ts'
import type { Committed, Staged, Writer } from '../../lake/writer.ts'
import type { Place, StoredRecord } from '../../ports/event-log.ts'
import { forkLow } from './fork-low.ts'
import type { LakeAnswer, LakeProcessStart, LakeRequest } from './lake-process-messages.ts'

/** How long a process may take to end by itself, in ms. */
const patienceMs = 300
/** How long one that has no writer is kept, in ms: longer than the longest pause before the next try. */
const idleMs = 90_000
/** What failed where this did is not the process. */
const storeFailed = 'S3_UNAVAILABLE'

const script = new URL('./lake-process.ts', import.meta.url)

/**
 * Opens writers of a lake, one after the other, in a process of its own. To start one takes half a second of processor time:
 * where the store has failed, the next writer is in the same process.
 */
export class LakeProcess {
  readonly #start: LakeProcessStart
  #child: Child | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(start: LakeProcessStart) {
    this.#start = start
  }

  /** When the writer before is closed. Failures are `Unavailable` or what the writer says. */
  async open(): Promise<Writer> {
    clearTimeout(this.#idle)
    this.#child ??= new Child(this.#start)
    const child = this.#child
    const close = () => this.#close(child)
    try {
      return await child.open(close)
    } catch (error) {
      await close()
      throw error
    }
  }

  /** Ends the process, if there is one; another writer has another. */
  async end(): Promise<void> {
    clearTimeout(this.#idle)
    const child = this.#child
    this.#child = undefined
    await child?.end()
  }

  /** What was not committed is left to the next. */
  async #close(child: Child): Promise<void> {
    if ((await child.close()) && child === this.#child) this.#idle = setTimeout(() => void this.end(), idleMs).unref()
    else if (child === this.#child) await this.end()
  }
}

/** Opens one writer in a process that ends with it. */
export async function startLakeProcess(start: LakeProcessStart): Promise<Writer> {
  const process = new LakeProcess(start)
  try {
    const writer = await process.open()
    const close = async () => {
      await writer.close()
      await process.end()
    }
    return { ...writer, close }
  } catch (error) {
    await process.end()
    throw error
  }
}

class Child {
  readonly #child: ChildProcess
  readonly #exited: Promise<void>
  #waiting: PromiseWithResolvers<unknown>[] = []
  #dead: Unavailable | undefined
  /** Whether it may open another writer. */
  #isSound = true

  constructor(start: LakeProcessStart) {
    this.#child = forkLow(script, start, { serialization: 'advanced' })
    this.#exited = new Promise((resolve) => this.#child.once('close', () => resolve()))
    this.#child.on('message', (answer: LakeAnswer) => this.#settle(answer))
    this.#child.on('error', (error) => this.#die(error))
    this.#child.on('exit', () => this.#die())
  }

  async open(close: () => Promise<void>): Promise<Writer> {
    const committed = (await this.#ask({ kind: 'open' })) as Committed
    return {
      committed,
      add: async (records: readonly StoredRecord[]) => (await this.#ask({ kind: 'add', packet: packed(records) })) as Staged,
      flush: async () => (await this.#ask({ kind: 'flush' })) as Committed,
      retainable: async (saved, keepMs) => (await this.#ask({ kind: 'retainable', saved, keepMs })) as readonly Place[],
      tidy: async () => void (await this.#ask({ kind: 'tidy' })),
      close,
    }
  }

  /** Whether it may open another writer. In the middle of a commit it does not hear. */
  async close(): Promise<boolean> {
    const asked = this.#ask({ kind: 'close' }).then(
      () => true,
      () => false,
    )
    const isClosed = await Promise.race([asked, sleep(patienceMs, false, { ref: false })])
    return isClosed && this.#isSound
  }

  /** What is not committed does not count. */
  async end(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL')
    await this.#exited
  }

  #ask(request: LakeRequest): Promise<unknown> {
    if (this.#dead) return Promise.reject(this.#dead)
    const answer = Promise.withResolvers<unknown>()
    this.#waiting.push(answer)
    this.#child.send(request, (error) => {
      if (error) this.#die(error)
    })
    return answer.promise
  }

  #settle(answer: LakeAnswer): void {
    const waiting = this.#waiting.shift()!
    if (!answer.ok && answer.code !== storeFailed) this.#isSound = false
    if (answer.ok) waiting.resolve(answer.result)
    else waiting.reject(new VireoError({ ...answer, fault: 'server' }))
  }

  #die(cause?: unknown): void {
    this.#dead ??= new Unavailable('LAKE_UNAVAILABLE', 'the process that writes the lake has ended', cause)
    for (const answer of this.#waiting.splice(0)) answer.reject(this.#dead)
  }
}
