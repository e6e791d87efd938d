import type { Catalog } from '../catalog/catalog.ts'
import type { Clock } from '../clock.ts'
import { checkId } from '../events/validate.ts'
import { PersonRow_Kind as StoredKind } from '../generated/vireo/record/v1/state.ts'
import type { InspectPersonResponse_Marks as Marks } from '../generated/vireo/v1/console_person.ts'
import { InspectPersonResponse_MarkKind as Kind } from '../generated/vireo/v1/console_person.ts'
import type { PersonState } from '../people/person-state.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { PersonStore } from '../ports/person-store.ts'
import type { Services } from '../services.ts'
import type { LakeLooks } from './lake-looks.ts'
import { historyOf, interestsOf, sessionOf } from './person-history.ts'
import { pagesOf } from './person-pages.ts'
import { surfacesOf } from './person-surfaces.ts'
import { secondsAt } from './timestamps.ts'

export interface PersonParts {
  readonly catalog: Catalog
  readonly people: PersonStore
  readonly log: EventLog
  readonly clock: Clock
  /** Bytes. */
  readonly limits: { readonly idLength: number }
}

/** Of each kind. */
const mostMarks = 100

const markKinds: readonly (readonly [StoredKind, Kind])[] = [
  [StoredKind.KIND_FOLLOWS, Kind.MARK_KIND_FOLLOWS_CREATOR],
  [StoredKind.KIND_BLOCKS, Kind.MARK_KIND_BLOCKS_CREATOR],
  [StoredKind.KIND_NOT_INTERESTED_VIDEO, Kind.MARK_KIND_NOT_INTERESTED_IN_VIDEO],
  [StoredKind.KIND_NOT_INTERESTED_CREATOR, Kind.MARK_KIND_NOT_INTERESTED_IN_CREATOR],
  [StoredKind.KIND_NOT_INTERESTED_CATEGORY, Kind.MARK_KIND_NOT_INTERESTED_IN_CATEGORY],
]

/** What is known of a person. Throws `InvalidInput`. */
export function inspectPerson(parts: PersonParts, looks: LakeLooks): Services['console']['inspectPerson'] {
  const { catalog, clock, limits, people } = parts
  return async ({ userid, withSurfaces }, signal) => {
    checkId('userid', userid, limits.idLength)
    const state = await people.read(userid)
    const nowS = Math.floor(clock.now() / 1000)
    const pages = await pagesOf(state, parts, signal)
    const looked = withSurfaces
      ? await looks.look(signal, (opened) => surfacesOf(userid, state, opened))
      : { found: new Map<string, string>() }
    const surfaces = 'found' in looked ? looked.found : new Map<string, string>()
    for (const { results, surface } of pages) for (const { video } of results) if (surface !== '') surfaces.set(video!.videoId, surface)
    let seen = 0
    state.seen.forEach(state.releasedS(nowS), () => {
      seen++
    })
    const marks = marksOf(state)
    const seenBefore = state.seen.older.count
    return {
      userid,
      known: state.history.count + state.seen.count + seenBefore + state.pages.length + marks.length > 0,
      history: await historyOf(state, catalog, surfaces),
      interests: interestsOf(state, catalog),
      session: sessionOf(state, nowS),
      marks,
      seen,
      seenBefore,
      pages,
      surfacesProblem: 'problem' in looked ? looked.problem : '',
    }
  }
}

function marksOf(state: PersonState): Marks[] {
  return markKinds.flatMap(([stored, kind]) => {
    const newest = [...state.marked(stored)].toReversed()
    if (newest.length === 0) return []
    return [{ kind, total: newest.length, latest: newest.slice(0, mostMarks).map(([id, timeS]) => ({ id, time: secondsAt(timeS) })) }]
  })
}
