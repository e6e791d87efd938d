import { useSearchParams } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import type { WatchResponse_Stage } from '../../generated/vireo/v1/console_now.ts'
import { count, time } from '../../shared/format.ts'
import { Problem } from '../../shared/problem.tsx'
import { Table } from '../../shared/table.tsx'
import { following } from '../now/following.ts'
import { sum } from '../now/problems.ts'
import { stageColumns } from '../now/tables.tsx'
import { FunnelPicture } from '../pipeline/funnel-picture.tsx'
import '../pipeline/pipeline.css'

const spans = [
  ['minute', 'The last minute'],
  ['start', 'Since the start'],
] as const

/** What the numbers beside the stages count. */
const candidates = 'candidates on average, of the pages for which a stage ran to its end.'

export function Page(): JSX.Element {
  const [params, setParams] = useSearchParams<{ of?: string }>()
  const { now, problem } = following()
  const isTotal = () => params.of === 'start'
  const run = (stage: WatchResponse_Stage) => (isTotal() ? stage.total : stage.minute)
  return (
    <>
      <header>
        <h1>Pipeline</h1>
        <p>How candidates become a page: what each stage brings, keeps and removes for a feed, and how long it takes.</p>
      </header>
      <div class="row">
        <For each={spans}>
          {([value, name]) => (
            <button type="button" class="second" aria-pressed={isTotal() === (value === 'start')} onClick={() => setParams({ of: value })}>
              {name}
            </button>
          )}
        </For>
      </div>
      <Show when={problem()}>
        <Problem error={problem()} />
      </Show>
      <Show
        when={now()}
        fallback={
          <p class="quiet" role="status">
            Waiting for the first numbers …
          </p>
        }
      >
        {(latest) => (
          <>
            <Show
              when={isTotal()}
              fallback={
                <p>
                  <b>{count(sum(latest().pagesByLevel))}</b> pages in the last minute
                  {sum(latest().pagesByLevel) === 0 ? ': there is more to see since the start.' : `, ${candidates}`}
                </p>
              }
            >
              <p>
                Since {time(latest().started!)}, {candidates}
              </p>
            </Show>
            <p class="funnel-key quiet" aria-hidden="true">
              <span>kept or brought</span>
              <span class="of-removed">removed</span>
            </p>
            <FunnelPicture stages={latest().stages} run={run} />
            <Table
              caption={`The stages ${isTotal() ? 'since the start' : 'in the last minute'}, in order`}
              rows={latest().stages}
              columns={stageColumns(run)}
            />
          </>
        )}
      </Show>
    </>
  )
}
