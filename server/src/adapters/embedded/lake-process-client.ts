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

const script = new URL('./lake-process.ts', import.meta.url)

/** Opens the writer of a lake, in a process of its own. Failures are `Unavailable` or what the writer says. */
export async function startLakeProcess(start: LakeProcessStart): Promise<Writer> {
  const process = new LakeProcess(start)
  try {
    return await process.open()
  } catch (error) {
    await process.close()
    throw error
  }
}

class LakeProcess {
  readonly #child: ChildProcess
  readonly #exited: Promise<void>
  #waiting: PromiseWithResolvers<unknown>[] = []
  #dead: Unavailable | undefined

  constructor(start: LakeProcessStart) {
    this.#child = forkLow(script, start, { serialization: 'advanced' })
    this.#exited = new Promise((resolve) => this.#child.once('close', () => resolve()))
    this.#child.on('message', (answer: LakeAnswer) => this.#settle(answer))
    this.#child.on('error', (error) => this.#die(error))
    this.#child.on('exit', () => this.#die())
  }

  async open(): Promise<Writer> {
    const committed = (await this.#ask({ kind: 'open' })) as Committed
    return {
      committed,
      add: async (records: readonly StoredRecord[]) => (await this.#ask({ kind: 'add', packet: packed(records) })) as Staged,
      flush: async () => (await this.#ask({ kind: 'flush' })) as Committed,
      retainable: async (saved, keepMs) => (await this.#ask({ kind: 'retainable', saved, keepMs })) as readonly Place[],
      tidy: async () => void (await this.#ask({ kind: 'tidy' })),
      close: () => this.close(),
    }
  }

  /** What was not committed is left to the next. */
  async close(): Promise<void> {
    const asked = this.#ask({ kind: 'close' }).catch(() => undefined)
    // In the middle of a commit it does not hear; what is not committed does not count.
    await Promise.race([asked, sleep(patienceMs, undefined, { ref: false })])
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
    if (answer.ok) waiting.resolve(answer.result)
    else waiting.reject(new VireoError({ ...answer, fault: 'server' }))
  }

  #die(cause?: unknown): void {
    this.#dead ??= new Unavailable('LAKE_UNAVAILABLE', 'the process that writes the lake has ended', cause)
    for (const answer of this.#waiting.splice(0)) answer.reject(this.#dead)
  }
}
