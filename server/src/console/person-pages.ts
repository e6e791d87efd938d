import type { Catalog } from '../catalog/catalog.ts'
import { SlateRecord } from '../generated/vireo/record/v1/records.ts'
import type { InspectPersonResponse_Page as Page, InspectPersonResponse_Video as Video } from '../generated/vireo/v1/console_person.ts'
import type { PersonState } from '../people/person-state.ts'
import type { EventLog } from '../ports/event-log.ts'
import { videoOf } from './person-history.ts'
import { secondsAt } from './timestamps.ts'

/** The last pages, the newest first, with what the log still knows of them. */
export async function pagesOf(
  { pages }: PersonState,
  parts: { readonly catalog: Catalog; readonly log: EventLog },
  signal: AbortSignal,
): Promise<Page[]> {
  const found: Page[] = []
  for (const { pageNumber, place, requestId, timeS } of pages.toReversed()) {
    signal.throwIfAborted()
    const record = await parts.log.get(place)
    const slate = record && SlateRecord.decode(record.value)
    const page: Page = { time: secondsAt(timeS), requestId: BigInt(requestId), pageNumber, surface: slate?.surface ?? '', results: [] }
    for (const { propensity, reason, source, videoId } of slate?.items ?? []) {
      page.results.push({ video: await videoNamed(videoId, parts), source: slate!.sources[source] ?? '', reason, propensity })
    }
    found.push(page)
  }
  return found
}

async function videoNamed(videoId: string, { catalog }: { readonly catalog: Catalog }): Promise<Video> {
  const slot = catalog.ids.find(videoId)
  return slot < 0 ? { videoId, title: '', creatorId: '', categories: [] } : await videoOf(slot, catalog)
}
