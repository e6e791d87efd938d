import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { VireoError } from '../../errors.ts'
import type { SnapshotPlace } from '../snapshot-place.ts'
import { forkLow } from './fork-low.ts'

/** How the process is started, as JSON in its first argument. */
export interface SnapshotStart {
  readonly place: SnapshotPlace
  readonly dataDir: string
  /** The file of the state in it. */
  readonly stateName: string
  /** A folder for the copy. */
  readonly scratch: string
  /** The version that is running. */
  readonly vireo: string
}

export interface PutSnapshot {
  readonly id: string
  /** Of its files, before compression. */
  readonly bytes: number
}

/** What comes of it: errors go between processes as what they say. */
export type SnapshotAnswer =
  | ({ readonly ok: true } & PutSnapshot)
  | { readonly ok: false; readonly code: string; readonly message: string; readonly retryable: boolean }

const script = new URL('./snapshot-process.ts', import.meta.url)

/** Puts a snapshot of the state, as it was saved last, into the store. Rejects with `SNAPSHOT_NOT_TAKEN`, as `ObjectStore` does, and with the signal. */
export async function takeSnapshot(start: SnapshotStart, signal: AbortSignal): Promise<PutSnapshot> {
  signal.throwIfAborted()
  await mkdir(start.scratch, { recursive: true, mode: 0o700 })
  const child = forkLow(script, start)
  const kill = () => void child.kill('SIGKILL')
  signal.addEventListener('abort', kill)
  try {
    const answer = await answerOf(child)
    signal.throwIfAborted()
    if (!answer.ok) throw new VireoError({ ...answer, fault: 'server' })
    return answer
  } finally {
    signal.removeEventListener('abort', kill)
  }
}

async function answerOf(child: ChildProcess): Promise<SnapshotAnswer> {
  let answer: SnapshotAnswer = {
    ok: false,
    code: 'SNAPSHOT_NOT_TAKEN',
    message: 'the process that takes snapshots has ended',
    retryable: true,
  }
  child.on('message', (message) => {
    answer = message as SnapshotAnswer
  })
  await once(child, 'close')
  return answer
}
