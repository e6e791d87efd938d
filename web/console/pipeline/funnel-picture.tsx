import { createMemo, For, type JSX, Show } from 'solid-js'
import type { WatchResponse_Run, WatchResponse_Stage } from '../../generated/vireo/v1/console_now.ts'
import { count, duration, number } from '../../shared/format.ts'
import { groupsOf, type StageOfFeed } from './stages-of-feed.ts'

/** A page that is being made has not run all stages: from this share on they ran for every page. */
const nearlyAll = 0.99

/** The stages in order: how many candidates each keeps and removes for a page for which it ran, on average, as bars of the same scale. */
export function FunnelPicture(props: {
  stages: readonly WatchResponse_Stage[]
  run: (stage: WatchResponse_Stage) => WatchResponse_Run | undefined
}): JSX.Element {
  const groups = createMemo(() => groupsOf(props.stages, props.run))
  const pages = () => Math.max(...groups().flatMap(({ stages }) => stages.map(({ runs }) => runs)))
  const most = () => Math.max(1, ...groups().flatMap(({ stages }) => stages.map(({ kept, removed }) => kept + removed)))
  return (
    <ol class="funnel">
      <For each={groups()}>
        {({ kind, says, stages }) => (
          <li>
            <h2>
              {kind} <small class="quiet">{says}</small>
            </h2>
            <ol>
              <For each={stages}>{(stage) => <Stage stage={stage} most={most()} pages={pages()} />}</For>
            </ol>
          </li>
        )}
      </For>
    </ol>
  )
}

function Stage(props: { stage: StageOfFeed; most: number; pages: number }): JSX.Element {
  const width = (candidates: number) => `${(candidates / props.most) * 100}%`
  const stage = () => props.stage
  return (
    <li class="stage" classList={{ idle: stage().runs === 0 }}>
      <span class="name">{stage().name}</span>
      <span class="bars" aria-hidden="true">
        <Show when={stage().countsCandidates}>
          <span class="kept" style={{ width: width(stage().kept), 'min-width': stage().kept > 0 ? '2px' : '0' }} />
          <span class="removed" style={{ width: width(stage().removed) }} />
        </Show>
      </span>
      <span class="numbers">
        <Show when={stage().runs > 0} fallback={<span class="quiet">did not run</span>}>
          <Show when={stage().countsCandidates}>
            <b>{number(stage().kept)}</b> {stage().keptSays}
            <Show when={stage().removed > 0}>, {number(stage().removed)} removed</Show>
            {' · '}
          </Show>
          <Show when={stage().runs < nearlyAll * props.pages}>
            on {count(stage().runs)} of {count(props.pages)} pages{' · '}
          </Show>
          p99 {stage().p99Ms === undefined ? '–' : duration(stage().p99Ms!)}
        </Show>
        <Show when={stage().failed > 0}>
          {' · '}
          <span class="bad">
            failed {stage().failed === 1 ? 'once' : `${count(stage().failed)} times`}
            {stage().mayFail ? '' : ', and the feed with it'}
          </span>
        </Show>
      </span>
    </li>
  )
}
