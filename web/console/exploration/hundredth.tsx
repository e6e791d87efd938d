import { For, type JSX, Show } from 'solid-js'
import type { HundredthServed } from '../../generated/vireo/v1/console_video.ts'
import { count, share } from '../../shared/format.ts'

/** How soon new videos had their hundredth impression. */
export function Hundredth(props: { rows: readonly HundredthServed[]; medianHours: number | undefined }): JSX.Element {
  const all = () => props.rows.reduce((sum, { videos }) => sum + videos, 0)
  const nameOf = (row: HundredthServed, at: number) => {
    if (row.withinHours === undefined) return 'not yet'
    const from = props.rows[at - 1]?.withinHours ?? 0
    return `${from} to ${row.withinHours} h`
  }
  return (
    <section class="card hundredth" aria-labelledby="hundredth">
      <h2 id="hundredth">Time to the first 100 recommendations</h2>
      <Show when={all() > 0} fallback={<p class="quiet">No video was uploaded in the last 7 days.</p>}>
        <p>
          Of the {count(all())} cleared videos of the last 7 days;{' '}
          {props.medianHours === undefined
            ? 'none has had a hundred yet'
            : `half of those that had them took at most ${props.medianHours} h`}
          . By whole hours.
        </p>
        <table>
          <thead>
            <tr>
              <th scope="col">Took</th>
              <th scope="col">Videos</th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.rows}>
              {(row, at) => (
                <tr>
                  <th scope="row">{nameOf(row, at())}</th>
                  <td>
                    <Show when={row.videos > 0}>
                      <span class="amount" style={{ width: `${(row.videos / all()) * 90}%` }} aria-hidden="true" />
                    </Show>
                    {count(row.videos)}
                  </td>
                  <td>{share(row.videos / all())}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  )
}
