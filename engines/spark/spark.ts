import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { java } from '../programs.ts'
import { sparkPython } from './environment.ts'

type Reply = { readonly done: true } | { readonly error: string }

/** Spark in a process of its own on two threads of this machine. One request at a time. */
export class Spark {
  readonly #process: ChildProcess
  readonly #replies: AsyncIterator<string>
  readonly #said: string[] = []

  private constructor(python: string, folder: string, signal: AbortSignal) {
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', SPARK_LOCAL_IP: '127.0.0.1', SPARK_LOCAL_DIRS: folder }
    this.#process = spawn(python, [join(import.meta.dirname, 'serve_sql.py')], { cwd: folder, env, signal, killSignal: 'SIGKILL' })
    this.#process.on('error', () => undefined)
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => this.#said.push(text))
    this.#replies = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]()
  }

  /** Leaves files in `folder`. Takes some seconds; the first time it fetches Spark. Throws where there is no Java. */
  static open(folder: string, signal: AbortSignal): Spark {
    java('Spark')
    return new Spark(sparkPython(), folder, signal)
  }

  /** Makes a Parquet file a table. */
  table(name: string, parquet: string): Promise<void> {
    return this.#ask({ table: name, parquet })
  }

  /** Writes what a query gives into a folder of Parquet files. Throws what Spark says of it. */
  write(sql: string, into: string): Promise<void> {
    return this.#ask({ sql, into })
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const closed = once(this.#process, 'close')
    this.#process.stdin!.end()
    await closed
  }

  async #ask(request: object): Promise<void> {
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`)
    const { done, value } = await this.#replies.next()
    if (done) throw new Error(`Spark has ended: ${this.#said.join('').slice(-2_000)}`)
    const reply = JSON.parse(value) as Reply
    if ('error' in reply) throw new Error(reply.error)
  }
}
