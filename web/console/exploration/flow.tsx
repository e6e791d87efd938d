import { createSignal, For, type JSX, onCleanup } from 'solid-js'
import type { FlowBucket, FlowCounts } from '../../generated/vireo/v1/console_video.ts'
import { count, share } from '../../shared/format.ts'
import { Pictured } from '../../shared/pictured.tsx'
import { Table } from '../../shared/table.tsx'
import { type Box, layoutOf } from './layout.ts'
import { stagesOf } from './stages.ts'

interface Props {
  readonly counts: FlowCounts
  readonly buckets: readonly FlowBucket[]
}

/** How new videos go from bucket to bucket, with the same numbers as a table. */
export function Flow(props: Props): JSX.Element {
  return (
    <Pictured
      title="Where new videos are"
      about="cleared videos of the last 30 days; a line is as wide as many have come this way"
      table={
        <Table
          caption="Where new videos are"
          rows={stagesOf(props.counts, props.buckets)}
          columns={[
            { name: 'Stage', cell: ({ name }) => name },
            { name: 'Videos', cell: ({ videos }) => count(videos), sort: ({ videos }) => videos },
            { name: 'Share', cell: ({ videos }) => share(videos / props.counts.videos), sort: ({ videos }) => videos },
            { name: 'Of the last day', cell: ({ fresh }) => (fresh === undefined ? '–' : count(fresh)), sort: ({ fresh }) => fresh ?? -1 },
            { name: 'Odds of a draw', cell: ({ odds }) => (odds === undefined ? '–' : share(odds)), sort: ({ odds }) => odds ?? -1 },
          ]}
        />
      }
    >
      <Picture {...props} />
    </Pictured>
  )
}

function Picture(props: Props): JSX.Element {
  const narrow = matchMedia('(width < 760px)')
  const [isNarrow, setNarrow] = createSignal(narrow.matches)
  const changed = () => setNarrow(narrow.matches)
  narrow.addEventListener('change', changed)
  onCleanup(() => narrow.removeEventListener('change', changed))
  const layout = () => layoutOf(stagesOf(props.counts, props.buckets), isNarrow())
  return (
    <svg class="flow" viewBox={`-1 -1 ${layout().width + 2} ${layout().height + 2}`} role="img" aria-label={spoken(layout().boxes)}>
      <For each={layout().lines}>{({ path, width, kind }) => <path class={`line ${kind}`} d={path} stroke-width={width} />}</For>
      <For each={layout().boxes}>
        {({ x, y, width, height, stage }) => (
          <g class={`box ${stage.kind}`}>
            <rect x={x} y={y} width={width} height={height} rx="8" />
            <text class="much" x={x + 12} y={y + 28}>
              {count(stage.videos)}
            </text>
            <text x={x + 12} y={y + 47}>
              {stage.name}
            </text>
            <text class="about" x={x + 12} y={y + 64}>
              {stage.about}
            </text>
          </g>
        )}
      </For>
    </svg>
  )
}

const spoken = (boxes: readonly Box[]) => boxes.map(({ stage }) => `${stage.name}: ${count(stage.videos)}`).join('; ')
