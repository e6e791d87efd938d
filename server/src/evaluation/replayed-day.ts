import type { Vireo } from '../compose.ts'
import type { Config } from '../config.ts'
import { hash64 } from '../hash.ts'
import { type JudgedModel, readJudgedModel } from './judged-model.ts'
import type { Progress } from './progress-lines.ts'
import { wholeList } from './quality.ts'
import { ReplayedState } from './replayed-state.ts'
import { readSource, type SourceData } from './source-data.ts'
import { type Visitor, visitorOf } from './visitors.ts'

export interface EvaluationOptions {
  readonly folder: string
  /** Such as 2022-05-05; undefined is the last day of the log. */
  readonly day?: string | undefined
  /** At most so many people, drawn by a hash of their id; undefined is all. */
  readonly people?: number | undefined
  /** The folder of an artifact that was trained on earlier days; undefined judges the feed without a model. */
  readonly model?: string | undefined
  readonly config: Config
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

/** A server as it was when a day began, and who came on that day. */
export interface ReplayedDay {
  readonly data: SourceData
  readonly vireo: Vireo
  readonly judged: JudgedModel | undefined
  /** Those who ask, by number, and their first visit. */
  readonly asked: readonly number[]
  readonly visitors: readonly Visitor[]
  report(phase: string, done: number, total: number): void
}

/** Replays the folder up to a day, lets the model serve, and judges by `judge`. Rejects as `readSource`, `readJudgedModel` and `loadArtifact` do. */
export async function onReplayedDay<Result>(
  { folder, day, people, model, config, signal, onProgress }: EvaluationOptions,
  judge: (replayed: ReplayedDay) => Promise<Result>,
): Promise<Result> {
  const report = (phase: string, done: number, total: number) => onProgress?.({ phase, done, total })
  report('reading', 0, 1)
  const data = await readSource(folder, day, signal)
  const judged = model === undefined ? undefined : await readJudgedModel(model, data.day, data.videos)
  const asked = drawn([...new Set([...data.relevant.keys(), ...data.relevantByOurs.keys()])], data.people, people)
  const visitors = asked.map((person) => visitorOf(data.people[person]!, data.shown.visits.get(data.people[person]!)!, data.day))
  await using state = await ReplayedState.of({
    folder,
    day: data.day,
    config: unhurried(config),
    signal,
    onImport: ({ rowsDone, rowsTotal }) => report('importing', rowsDone, rowsTotal),
  })
  return await state.withCopy(async (vireo) => {
    if (judged !== undefined) await vireo.useModel(judged.folder)
    return judge({ data, vireo, judged, asked, visitors, report })
  })
}

/** The same people in every run, whatever their number. */
function drawn(people: readonly number[], names: readonly string[], most = people.length): number[] {
  const order = new Map(people.map((person) => [person, hash64(names[person]!).low]))
  return people.toSorted((a, b) => order.get(a)! - order.get(b)! || a - b).slice(0, most)
}

const patientMs = 60_000

/** A slow machine must not change what is measured, nor a limit on pages. */
function unhurried(config: Config): Config {
  return {
    ...config,
    feed: { ...config.feed, maxCount: wholeList, deadlineMs: patientMs, sourceDeadlineMs: patientMs },
    models: { ...config.models, deadlineMs: patientMs, hungMs: patientMs },
  }
}
