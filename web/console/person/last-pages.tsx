import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import type { InspectPersonResponse_Page as Page } from '../../generated/vireo/v1/console_person.ts'
import { number, time } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'

/** What the person was shown last, page by page. */
export function LastPages(props: { pages: readonly Page[] }): JSX.Element {
  return (
    <section aria-label="Last pages">
      <h2>Last pages</h2>
      <Show when={props.pages.length > 0} fallback={<p class="quiet">No page was served yet.</p>}>
        <div class="last-pages">
          <For each={props.pages}>{(page, at) => <OnePage page={page} open={at() === 0} />}</For>
        </div>
      </Show>
    </section>
  )
}

function OnePage(props: { page: Page; open: boolean }): JSX.Element {
  const name = () => `${time(props.page.time!)}, request ${props.page.requestId}, page ${props.page.pageNumber}`
  return (
    <details open={props.open}>
      <summary>
        {name()} <span class="quiet">{props.page.surface}</span>
      </summary>
      <Table
        caption={`Results of page ${props.page.pageNumber}`}
        rows={props.page.results}
        empty="The log does not hold this page any more."
        columns={[
          {
            name: 'Video',
            cell: ({ video }) => <A href={`/video/${encodeURIComponent(video!.videoId)}`}>{video!.title || video!.videoId}</A>,
          },
          { name: 'Source', cell: ({ source }) => source },
          { name: 'Reason', cell: ({ reason }) => reason },
          { name: 'Explored', about: 'The chance with which exploration placed it', cell: (result) => chanceOf(result.propensity) },
        ]}
      />
    </details>
  )
}

const chanceOf = (propensity: number): string => (propensity > 0 ? `${number(100 * propensity)}%` : '–')
