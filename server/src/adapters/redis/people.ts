import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import QuickLRU from 'quick-lru'
import { dayMs } from '../../clock.ts'
import { Unavailable, VireoError } from '../../errors.ts'
import { OlderSeen } from '../../people/older-seen.ts'
import type { VideoIds } from '../../people/person-codec.ts'
import type { PersonState, VideoNumbers } from '../../people/person-state.ts'
import { RowVideos } from '../../people/row-videos.ts'
import { decodeShared, encodeShared } from '../../people/shared-row.ts'
import type { Ahead, PersonStore } from '../../ports/person-store.ts'
import { KeyedQueue } from './keyed-queue.ts'
import { everybodyKey, personKeys, revisionBytes } from './person-keys.ts'
import { type RedisConnection, within } from './redis-connection.ts'
import { redisFailure } from './redis-failure.ts'
import { Script } from './script.ts'

const mostTries = 20
/** People whose rows are made at the same time: more would hold up everybody else. */
const mostUnderWay = 32
const mostWaiting = 20_000
/** Rows that were read and may be changed next. */
const mostRead = 512

/**
 * KEYS: row, older. ARGV: revision that was read, row, how long to keep it in ms, older or nothing. A write that is sent
 * twice, as after a lost connection, counts once.
 */
const write = new Script(`
local revision = redis.call('GETRANGE', KEYS[1], 0, ${revisionBytes - 1})
if revision == string.sub(ARGV[2], 1, ${revisionBytes}) then return 1 end
if revision ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
if ARGV[4] ~= '' then redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[3]) else redis.call('PEXPIRE', KEYS[2], ARGV[3]) end
return 1`)

interface Change {
  readonly apply: (state: PersonState, videos: VideoNumbers) => unknown
  readonly ahead: Ahead<unknown> | undefined
  readonly answer: PromiseWithResolvers<unknown>
  /** Whoever asked for it has been told that it took too long. */
  isLate: boolean
}

interface Stored {
  readonly row: Buffer | null
  readonly older: Buffer | null
}

/**
 * People that processes share: a row each in Redis, with what was seen long ago beside it on the same node. A change
 * reads the row and writes it back unless somebody else has meanwhile; then it is made again.
 */
export class RedisPeople implements PersonStore {
  readonly #redis: RedisConnection
  readonly #ids: VideoIds
  readonly #keepMs: number
  readonly #queue: KeyedQueue<Change>
  /** What a state was made of that has all of its row. */
  readonly #origins = new WeakMap<PersonState, Stored>()
  /** Whoever is read is changed soon: a change begins with that row, and with a new one only where it has become another. */
  readonly #read = new QuickLRU<string, Stored>({ maxSize: mostRead })

  /** Who is read has the videos that `ids` knows. */
  constructor(redis: RedisConnection, ids: VideoIds, keepDays: number) {
    this.#redis = redis
    this.#ids = ids
    this.#keepMs = keepDays * dayMs
    this.#queue = new KeyedQueue({ work: (person, changes) => this.#make(person, changes), mostUnderWay, mostWaiting })
  }

  async read(person: string, isHurried = false): Promise<PersonState> {
    const loading = this.#load(person)
    const stored = await (isHurried ? this.#redis.soon(loading) : this.#redis.answer(loading))
    this.#read.set(person, stored)
    const state = this.#stateOf(person, stored, this.#ids)
    if (state.lacks === 0) this.#origins.set(state, stored)
    return state
  }

  async change<Result>(
    person: string,
    apply: (state: PersonState, videos: VideoNumbers) => Result,
    ahead?: Ahead<Result>,
  ): Promise<Result> {
    const answer = Promise.withResolvers<unknown>()
    const change: Change = { apply, ahead, answer, isLate: false }
    this.#queue.add(person, change)
    const late = () => {
      change.isLate = true
    }
    return (await within(this.#redis.timeoutMs, answer.promise, late)) as Result
  }

  /** Estimated (HyperLogLog), with those who were forgotten. */
  get count(): Promise<number> {
    return this.#redis.answer(this.#redis.client.pfcount(this.#everybody))
  }

  async #make(person: string, changes: readonly Change[]): Promise<void> {
    let left = changes
    try {
      if (await this.#keepAhead(person, changes)) return
      for (let tries = 0; tries < mostTries; tries++) {
        left = left.filter(({ isLate }) => !isLate)
        if (left.length === 0) return
        if (tries > 0) await sleep(randomInt(1 + tries))
        const read = this.#read.get(person)
        this.#read.delete(person)
        const stored = read ?? (await this.#load(person))
        const videos = new RowVideos()
        const state = this.#stateOf(person, stored, videos)
        const made = left.map((change) => ({ change, ...resultOf(() => change.apply(state, videos)) }))
        const failed = made.filter(({ error }) => error !== undefined)
        for (const { change, error } of failed) change.answer.reject(error)
        left = left.filter((change) => !failed.some((each) => each.change === change))
        // What a failed change has left half done is not written.
        if (failed.length > 0) tries--
        else if (await this.#write(person, stored, state, videos, read !== undefined)) {
          for (const { change, result } of made) change.answer.resolve(result)
          return
        }
      }
      throw new Unavailable('PERSON_CONTENDED', `Others kept changing '${person}' meanwhile`)
    } catch (error) {
      for (const { answer } of left) answer.reject(redisFailure(error))
    }
  }

  /** Writes what was made ahead, if there is nothing else to do and nobody has written since; whether it did. */
  async #keepAhead(person: string, changes: readonly Change[]): Promise<boolean> {
    const { ahead, answer, isLate } = changes[0]!
    const stored = ahead && this.#origins.get(ahead.state)
    if (ahead === undefined || stored === undefined || isLate || changes.length > 1) return false
    this.#read.delete(person)
    if (!(await this.#write(person, stored, ahead.state, this.#ids, true))) return false
    answer.resolve(ahead.result)
    return true
  }

  async #load(person: string): Promise<Stored> {
    const [row, older] = await this.#redis.client.mgetBuffer(this.#keysOf(person))
    return { row: row!, older: older! }
  }

  #stateOf(person: string, { older, row }: Stored, ids: VideoIds): PersonState {
    try {
      const state = decodeShared(row?.subarray(revisionBytes), ids)
      if (older !== null) state.seen.older = OlderSeen.ofRow(older)
      return state
    } catch (cause) {
      const message = `The key ${this.#keysOf(person)[0]} holds no person that can be read`
      throw new VireoError({ code: 'PERSON_UNREADABLE', fault: 'server', retryable: false, message, cause })
    }
  }

  /** Whether it is written; false where somebody else has written meanwhile, or may have and nothing seems to be changed. */
  async #write(person: string, stored: Stored, state: PersonState, ids: VideoIds, mayBeOld: boolean): Promise<boolean> {
    const body = encodeShared(state, ids)
    const older = state.seen.older.count === 0 ? undefined : state.seen.older.row
    const isSameOlder = older === undefined || (stored.older !== null && older.equals(stored.older))
    if (stored.row?.subarray(revisionBytes).equals(body) && isSameOlder) return !mayBeOld
    const revision = stored.row?.subarray(0, revisionBytes) ?? ''
    const row = Buffer.concat([newRevision(), body])
    const keys = this.#keysOf(person)
    const written = await write.run(this.#redis.client, keys, [revision, row, this.#keepMs, isSameOlder ? '' : older])
    if (written === 1 && stored.row === null) await this.#redis.client.pfadd(this.#everybody, person)
    return written === 1
  }

  get #everybody(): string {
    return everybodyKey(this.#redis.prefix)
  }

  #keysOf(person: string): [row: string, older: string] {
    return personKeys(this.#redis.prefix, person)
  }
}

// Made many at a time, which takes little more than one.
let revisions = Buffer.alloc(0)

function newRevision(): Buffer {
  if (revisions.length === 0) revisions = randomBytes(512 * revisionBytes)
  const revision = revisions.subarray(0, revisionBytes)
  revisions = revisions.subarray(revisionBytes)
  return revision
}

function resultOf(apply: () => unknown): { readonly result?: unknown; readonly error?: unknown } {
  try {
    return { result: apply() }
  } catch (error) {
    return { error }
  }
}
