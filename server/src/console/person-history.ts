import type { Catalog } from '../catalog/catalog.ts'
import { recordsOf } from '../feed/hydrators/interests.ts'
import type {
  InspectPersonResponse_Interaction as Interaction,
  InspectPersonResponse_Interest as Interest,
  InspectPersonResponse_Session as Session,
  InspectPersonResponse_Video as Video,
} from '../generated/vireo/v1/console_person.ts'
import { InspectPersonResponse_Outcome as Outcome } from '../generated/vireo/v1/console_person.ts'
import { isPositive, outcome } from '../people/outcomes.ts'
import { type PersonState, sessionGapS } from '../people/person-state.ts'
import { Turns } from '../turns.ts'
import { secondsAt } from './timestamps.ts'

const outcomes: readonly (readonly [number, Outcome])[] = [
  [outcome.watched, Outcome.OUTCOME_WATCHED],
  [outcome.watched10s, Outcome.OUTCOME_WATCHED_10S],
  [outcome.longView, Outcome.OUTCOME_LONG_VIEW],
  [outcome.finish, Outcome.OUTCOME_FINISH],
  [outcome.skip, Outcome.OUTCOME_SKIP],
  [outcome.like, Outcome.OUTCOME_LIKE],
  [outcome.share, Outcome.OUTCOME_SHARE],
  [outcome.comment, Outcome.OUTCOME_COMMENT],
  [outcome.follow, Outcome.OUTCOME_FOLLOW],
  [outcome.dislike, Outcome.OUTCOME_DISLIKE],
  [outcome.notInterested, Outcome.OUTCOME_NOT_INTERESTED],
  [outcome.report, Outcome.OUTCOME_REPORT],
]
const refused = outcome.dislike | outcome.notInterested | outcome.report

/** Titles come from disk: one turn of the event loop, in ms. */
const turns = new Turns(2)

/** What is shown of a video wherever it is named. */
export async function videoOf(slot: number, catalog: Catalog): Promise<Video> {
  await turns.wait()
  const { categories, creatorId, lengthMs } = catalog.facts(slot)
  return { videoId: catalog.ids.id(slot), title: catalog.video(slot).title, creatorId, categories, lengthMs }
}

/** The newest first. `surfaces` are those where videos were shown, as far as they are known. */
export async function historyOf({ history }: PersonState, catalog: Catalog, surfaces: ReadonlyMap<string, string>): Promise<Interaction[]> {
  const interactions: Interaction[] = []
  for (const { outcomes: bits, timeS, video, watchMs } of history.entries.toReversed()) {
    const shown = await videoOf(video, catalog)
    interactions.push({
      video: shown,
      time: secondsAt(timeS),
      outcomes: outcomes.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name),
      watchMs,
      surface: surfaces.get(shown.videoId) ?? '',
    })
  }
  return interactions
}

/** As the feed sees them, the most watched first. */
export function interestsOf({ history }: PersonState, { categories, columns }: Catalog): Interest[] {
  const plays = history.outcomes.subarray(0, history.count).filter((bits) => (bits & outcome.watched) !== 0).length
  return [...recordsOf(history, columns.categories)]
    .map(([category, record]) => ({ category: categories.id(category), share: record.plays / plays, ...record }))
    .sort((a, b) => b.watches - a.watches || b.plays - a.plays)
}

/** The session that runs; undefined where none does. */
export function sessionOf(state: PersonState, nowS: number): Session | undefined {
  const { history, pages, seen } = state
  const lastS = Math.max(seen.timesS[seen.count - 1] ?? 0, history.timesS[history.count - 1] ?? 0, pages.at(-1)?.timeS ?? 0)
  if (nowS - lastS >= sessionGapS) return undefined
  const startS = state.sessionStartAt(nowS)
  const plays = history.entries.filter(({ outcomes, timeS }) => timeS >= startS && (outcomes & outcome.watched) !== 0)
  return {
    started: secondsAt(startS),
    pages: pages.filter(({ timeS }) => timeS >= startS).length,
    plays: plays.length,
    liked: plays.filter(({ outcomes }) => isPositive(outcomes) && (outcomes & refused) === 0).length,
    watchMs: BigInt(plays.reduce((sum, { watchMs = 0 }) => sum + watchMs, 0)),
  }
}
