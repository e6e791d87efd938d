// Takes a snapshot of the state in a process of its own: copying and compressing is not to hold up whoever waits for a feed.
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { VireoError } from '../../errors.ts'
import type { Place } from '../../ports/event-log.ts'
import { openSnapshots } from '../snapshot-place.ts'
import { openForReading } from './database-file.ts'
import { lowerThreads } from './low-priority.ts'
import type { SnapshotAnswer, SnapshotStart } from './snapshot-process-client.ts'
import { savedPositions } from './state-database.ts'

/** So that one can be read while the next takes its place. */
const kept = 2
/** What lies in the data folder beside the state, and takes long to make anew. */
const indexes = 'vectors'

lowerThreads()
// Ctrl-C in a terminal reaches all processes; the owner says when to end.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined)
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
const answer = await take(JSON.parse(process.argv[2]!) as SnapshotStart)
process.send!(answer, () => process.exit())

async function take({ dataDir, place, scratch, stateName, vireo }: SnapshotStart): Promise<SnapshotAnswer> {
  const copy = join(scratch, stateName)
  try {
    await rm(copy, { force: true })
    const positions = copyState(join(dataDir, stateName), copy)
    const snapshots = await openSnapshots(place)
    const vectors = (await readdir(join(dataDir, indexes)).catch(() => [])).filter((name) => name.endsWith('.index'))
    const files = [
      { from: copy, path: stateName },
      ...vectors.map((name) => ({ from: join(dataDir, indexes, name), path: `${indexes}/${name}` })),
    ]
    const sizes = await Promise.all(files.map(async ({ from }) => (await stat(from)).size))
    const id = await snapshots.put(files, { vireo, positions })
    await snapshots.keep(kept)
    return { ok: true, id, bytes: sizes.reduce((sum, size) => sum + size, 0) }
  } catch (error) {
    const { message } = error as Error
    const { code, retryable } = error instanceof VireoError ? error : { code: 'SNAPSHOT_NOT_TAKEN', retryable: true }
    return { ok: false, code, message, retryable }
  } finally {
    await rm(copy, { force: true })
  }
}

/** As of one commit, without what was deleted in the file before; others go on writing. Returns the log's positions that it reflects. */
function copyState(file: string, to: string): readonly Place[] {
  const state = openForReading(file)
  try {
    state.prepare('VACUUM INTO ?').run(to)
  } finally {
    state.close()
  }
  return savedPositions(to)
}
