import { VireoError } from '../errors.ts'
import { topics } from '../ports/event-log.ts'
import { type Checked, check } from './check.ts'
import { copyReplayed } from './copy-replayed.ts'
import type { Progress } from './journal.ts'
import { copyModels } from './model-files.ts'
import { putPeople } from './move-people.ts'
import { moveRecords } from './move-records.ts'
import { copyState, letterPlaces, tellRemoved } from './move-state.ts'
import type { MigrationParts } from './parts.ts'
import { PeopleFold } from './people-fold.ts'
import { recordsIn } from './recorded.ts'

export interface Migrated extends Checked {
  readonly records: number
  /** Of this run; of an earlier one where all were moved then. */
  readonly recordsSeconds: number
  /** Records that nobody can read: they are there as they were. */
  readonly unreadable: number
  readonly seconds: number
  /** Files of them. */
  readonly models: number
}

/**
 * Moves all of a Vireo from one home to another, whose log, lake and state are as if it had always been there; the old one
 * stays as it is. The old lake has all of the old log, and nothing is in the new home yet. Stopped or killed anywhere, the
 * next call goes on. Throws `MIGRATION_SOURCE_CHANGED`, `MIGRATION_TARGET_CHANGED`, `MIGRATION_TARGET_NOT_EMPTY` where there are other keys or models.
 */
export async function migrate(parts: MigrationParts): Promise<Migrated> {
  const { from, journal, signal, to } = parts
  const startedMs = performance.now()
  const begun = await begin(parts)
  const moved = begun.moved ?? (await records(parts, begun))
  await guardAgainstChange(parts, begun)
  await putPeople(parts.people.rows, to.people, (done, total) => parts.onStep({ name: 'people', done, total }), signal)
  parts.onStep({ name: 'state', done: 0, total: 0 })
  await copyState({ from: from.state, to: to.state, positions: await to.log.extents(), letters: moved.places, signal })
  if (to.removed !== undefined) await tellRemoved(from.state, to.removed, signal)
  await copyReplayed(parts)
  for (const kept of ['secret', 'keys'] as const) {
    const text = await from[kept].read()
    if (text !== undefined) await to[kept].write(text)
  }
  const models = await copyModels(from.models, to.models, parts.tempFolder, signal, (done, total) =>
    parts.onStep({ name: 'models', done, total }),
  )
  const checked = await check(parts, begun.to, moved.kept)
  await guardAgainstChange(parts, begun)
  const seconds = (performance.now() - startedMs) / 1_000
  const { records: count, seconds: recordsSeconds, unreadable } = moved
  if (checked.wrong.length === 0) await journal.write({ ...journal.progress!, isDone: true })
  return { records: count, recordsSeconds, unreadable, seconds, models, ...checked }
}

async function begin({ direction, engines, from, journal, to }: MigrationParts): Promise<Progress> {
  if (journal.progress !== undefined) return journal.progress
  const extents = await to.log.extents()
  if (extents.some(({ end, first }) => end > first)) throw refused('MIGRATION_TARGET_NOT_EMPTY', `the log of ${to.name} has records`)
  const begun: Progress = { version: 1, direction, engines, from: await from.log.extents(), to: extents }
  await journal.write(begun)
  return begun
}

async function records(parts: MigrationParts, begun: Progress): Promise<NonNullable<Progress['moved']>> {
  const { from, journal, memoryMb, onError, onStep, people, signal, to } = parts
  await guardAgainstChange(parts, begun)
  const startedMs = performance.now()
  const manifest = await from.lake.manifest()
  const total = topics.reduce((sum, topic) => sum + recordsIn(manifest, topic), 0)
  const fold = new PeopleFold(people.fold)
  const sink = to.openSink(onError)
  sink.start()
  try {
    const found = await moveRecords({
      from,
      to,
      begun,
      fold,
      savePeople: () => people.save(),
      drain: (until) => sink.drain(until),
      wanted: letterPlaces(from.state),
      memoryMb,
      signal,
      onMoved: (done) => onStep({ name: 'records', done, total }),
    })
    const moved = { ...found, unreadable: fold.unreadable, seconds: (performance.now() - startedMs) / 1_000 }
    await journal.write({ ...begun, moved })
    return moved
  } finally {
    await sink.close()
  }
}

/** What was written to the old log since the beginning would be lost. */
async function guardAgainstChange({ from }: MigrationParts, begun: Progress): Promise<void> {
  const ends = new Map((await from.log.extents()).map(({ end, partition, topic }) => [`${topic}/${partition}`, end]))
  const changed = begun.from.find(({ end, partition, topic }) => ends.get(`${topic}/${partition}`) !== end)
  if (changed === undefined) return
  const message = `somebody has written to ${changed.topic} of ${from.name} since the migration began: stop all servers, empty the new home and begin again`
  throw refused('MIGRATION_SOURCE_CHANGED', message)
}

const refused = (code: string, message: string) => new VireoError({ code, message, fault: 'client', retryable: false })
