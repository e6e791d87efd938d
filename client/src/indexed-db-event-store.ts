import type { EventStore, StoredEvent } from './event-store.ts'
import type { SentEvent } from './messages.ts'

const rows = 'events'
const byTime = 'sendAfterMs'

/** Keeps events across reloads, crashes and restarts of the browser. All pages of an origin share one, and one at a time sends. */
export class IndexedDbEventStore implements EventStore {
  readonly #name: string
  #opened: Promise<IDBDatabase> | undefined

  constructor(name: string) {
    this.#name = name
  }

  put(row: StoredEvent, most: number): Promise<readonly SentEvent[]> {
    return this.#transact('readwrite', (events, done) => {
      const dropped: SentEvent[] = []
      events.put(row)
      whenDone(events.count(), (count) => {
        if (count <= most) return
        whenDone<StoredEvent[]>(events.getAll(null, count - most), (oldest) => {
          for (const { event } of oldest) {
            dropped.push(event)
            events.delete(event.eventId)
          }
        })
      })
      done(() => dropped)
    })
  }

  read(count: number, nowMs: number): Promise<readonly SentEvent[]> {
    return this.#transact('readonly', (events, done) => {
      const found = events.index(byTime).getAll(IDBKeyRange.upperBound(nowMs), count)
      done(() => (found.result as StoredEvent[]).map(({ event }) => event))
    })
  }

  remove(eventIds: readonly string[]): Promise<void> {
    return this.#transact('readwrite', (events, done) => {
      for (const id of eventIds) events.delete(id)
      done(() => undefined)
    })
  }

  /** Where there are no locks (pages without TLS), two pages may send the same event; the server knows it by its id. */
  alone<Value>(work: () => Promise<Value>): Promise<Value> {
    const { locks } = navigator
    return locks ? (locks.request(this.#name, work) as Promise<Value>) : work()
  }

  async close(): Promise<void> {
    const opened = this.#opened
    this.#opened = undefined
    await opened?.then(
      (database) => database.close(),
      () => {},
    )
  }

  /** Gives what `done` was told to give, once the transaction is durable. */
  async #transact<Value>(
    mode: IDBTransactionMode,
    work: (events: IDBObjectStore, done: (give: () => Value) => void) => void,
  ): Promise<Value> {
    this.#opened ??= this.#open()
    const transaction = (await this.#opened).transaction(rows, mode)
    return new Promise((resolve, reject) => {
      transaction.onabort = () => reject(transaction.error)
      work(transaction.objectStore(rows), (give) => {
        transaction.oncomplete = () => resolve(give())
      })
    })
  }

  #open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(this.#name, 1)
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore(rows, { keyPath: 'event.eventId' }).createIndex(byTime, byTime)
      }
      opening.onsuccess = () => {
        // The browser closes it when the person clears what sites have stored.
        opening.result.onclose = () => {
          this.#opened = undefined
        }
        resolve(opening.result)
      }
      opening.onerror = () => reject(opening.error)
    })
  }
}

function whenDone<Value>(request: IDBRequest<Value>, use: (result: Value) => void): void {
  request.onsuccess = () => use(request.result)
}
