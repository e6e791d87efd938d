import type { IdTable } from '../catalog/id-table.ts'
import { OlderSeen } from '../people/older-seen.ts'
import type { PersonState } from '../people/person-state.ts'
import type { RowFormat } from '../people/row-format.ts'
import { RowVideos } from '../people/row-videos.ts'
import type { KeptPerson } from './side.ts'

/** What a row says, in one way for all formats. Places of pages differ from log to log, so they are left out. */
export function contentOfRow({ older, row }: KeptPerson, format: RowFormat): string {
  const ids = new RowVideos()
  const state = format.decode(row, ids)
  if (older !== undefined) state.seen.older = OlderSeen.ofRow(older)
  return JSON.stringify(contentOf(state, ids))
}

function contentOf(
  { history, impressionS, marks, pages, recentEvents, recentSlates, seen }: PersonState,
  ids: Pick<IdTable, 'high' | 'low'>,
) {
  const nameOf = (video: number) => `${ids.high[video]!.toString(16)}.${ids.low[video]!.toString(16)}`
  const recent: string[] = []
  recentEvents.forEach((...each) => void recent.push(`event ${each.join(' ')}`))
  recentSlates.forEach((...each) => void recent.push(`slate ${each.join(' ')}`))
  return {
    seen: Array.from({ length: seen.count }, (_, at) => [nameOf(seen.slots[at]!), seen.timesS[at], seen.displayed[at]]),
    older: [...seen.older.values()],
    // Of the same second they come as they came, or by what they are; what was done twice in it is there twice, or once.
    history: [
      ...new Set(history.entries.map(({ outcomes, timeS, video, watchMs }) => `${timeS} ${nameOf(video)} ${outcomes} ${watchMs}`)),
    ].sort(),
    marks: [...marks].map(([kind, each]) => [kind, [...each].sort()]).sort(),
    pages: pages.map(({ explored, pageNumber, requestId, timeS }) => [requestId, pageNumber, timeS, explored]),
    recent: recent.sort(),
    impressionS,
  }
}
