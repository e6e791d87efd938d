import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type Problem, Unavailable, VireoError } from '../errors.ts'
import type { DatabaseAccess } from '../ports/lake.ts'
import type { LakeDatabase, LakeDatabaseOptions, Rows } from './database.ts'

/** `sql` begins an answer, of which `next` asks for more. */
export type DatabaseRequest = { readonly sql: string; readonly access: DatabaseAccess | undefined } | 'next' | 'interrupt' | 'close'

/** Some rows of an answer; none at its end. */
export type DatabaseReply = { readonly rows: Rows } | { readonly problem: Problem } | { readonly error: Error }

export interface DatabaseThreadOptions extends Omit<LakeDatabaseOptions, 'lake' | 'signal'> {
  readonly access: DatabaseAccess | undefined
}

/**
 * A `LakeDatabase` in a thread of its own: what DuckDB does at once, such as letting go of what it has read, would hold
 * the event loop up. Rows come in small pieces. One question at a time.
 */
export class DatabaseThread implements Pick<LakeDatabase, 'run' | 'rows' | 'number' | 'pieces'> {
  readonly #lake: LakeDatabaseOptions['lake']
  readonly #signal: AbortSignal | undefined
  readonly #worker: Worker
  /** Rejects when the thread has ended. */
  readonly #exited: Promise<never>
  readonly #interrupt = () => this.#worker.postMessage('interrupt' satisfies DatabaseRequest)
  #waiting: PromiseWithResolvers<DatabaseReply> | undefined

  private constructor({ lake, signal }: LakeDatabaseOptions, options: DatabaseThreadOptions) {
    this.#lake = lake
    this.#signal = signal
    this.#worker = new Worker(new URL('./database-worker.ts', import.meta.url), { workerData: options })
    this.#worker.on('message', (reply: DatabaseReply) => this.#waiting?.resolve(reply))
    this.#worker.on('error', (error) => this.#waiting?.resolve({ error }))
    this.#exited = once(this.#worker, 'exit').then(() => {
      throw new Unavailable('LAKE_UNAVAILABLE', 'the thread that reads the lake has ended')
    })
    this.#exited.catch(() => undefined)
    signal?.addEventListener('abort', this.#interrupt)
  }

  /** A database that could not be opened rejects the first question. */
  static async open(options: LakeDatabaseOptions): Promise<DatabaseThread> {
    const { lake, memoryMb, signal, tempFolder } = options
    signal?.throwIfAborted()
    return new DatabaseThread(options, { memoryMb, tempFolder, access: await lake?.access() })
  }

  async run(sql: string): Promise<void> {
    for await (const _ of this.pieces(sql));
  }

  async rows(sql: string): Promise<Rows> {
    const all = []
    for await (const rows of this.pieces(sql)) all.push(...rows)
    return all
  }

  async number(sql: string): Promise<number> {
    return Number((await this.rows(sql))[0]![0])
  }

  async *pieces(sql: string): AsyncGenerator<Rows> {
    let rows = await this.#ask({ sql, access: await this.#lake?.access() })
    for (; rows.length > 0; rows = await this.#ask('next')) yield rows
  }

  /** Waits for what runs: a thread is not to be ended inside of DuckDB. */
  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#interrupt)
    this.#worker.postMessage('interrupt' satisfies DatabaseRequest)
    this.#worker.postMessage('close' satisfies DatabaseRequest)
    await this.#exited.catch(() => undefined)
  }

  async #ask(request: DatabaseRequest): Promise<Rows> {
    this.#signal?.throwIfAborted()
    this.#waiting = Promise.withResolvers()
    this.#worker.postMessage(request)
    const reply = await Promise.race([this.#waiting.promise, this.#exited])
    this.#signal?.throwIfAborted()
    if ('problem' in reply) throw new VireoError(reply.problem)
    if ('error' in reply) throw reply.error
    return reply.rows
  }
}
