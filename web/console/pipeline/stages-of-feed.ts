import type { WatchResponse_Run, WatchResponse_Stage } from '../../generated/vireo/v1/console_now.ts'

/** A stage as the picture shows it; candidates are those of one feed for which it ran to its end, on average. */
export interface StageOfFeed {
  readonly name: string
  /** Feeds for which it ran. */
  readonly runs: number
  readonly kept: number
  readonly removed: number
  readonly failed: number
  readonly p99Ms: number | undefined
  readonly countsCandidates: boolean
  /** What it does with what it keeps. */
  readonly keptSays: string
  /** Whether a feed goes on without it. */
  readonly mayFail: boolean
}

export interface StageGroup {
  readonly kind: string
  /** What stages of the kind are for. */
  readonly says: string
  readonly stages: readonly StageOfFeed[]
}

const kinds: Readonly<Record<string, { readonly name: string; readonly says: string; readonly kept?: string }>> = {
  'query hydrator': { name: 'Query hydrators', says: 'find out who asks' },
  source: { name: 'Sources', says: 'bring candidates, side by side; what several find counts once from here on', kept: 'brought' },
  hydrator: { name: 'Hydrators', says: 'add what is known of candidates', kept: 'seen' },
  filter: { name: 'Filters', says: 'remove what must not be shown', kept: 'kept' },
  scorer: { name: 'Scorers', says: 'say how good each is', kept: 'scored' },
  selector: { name: 'Selectors', says: 'make a page of the best', kept: 'on the page' },
  'late filter': { name: 'Late filters', says: 'look once more, as another page may have been made meanwhile', kept: 'kept' },
  commit: { name: 'Commit', says: 'makes the page durable before it leaves' },
  'side effect': { name: 'Side effects', says: 'run after it has left' },
}

/** The stages by kind, in their order. */
export function groupsOf(
  stages: readonly WatchResponse_Stage[],
  run: (stage: WatchResponse_Stage) => WatchResponse_Run | undefined,
): StageGroup[] {
  return [...Map.groupBy(stages, ({ kind }) => kind)].map(([kind, each]) => ({
    kind: kinds[kind]?.name ?? kind,
    says: kinds[kind]?.says ?? '',
    stages: each.map((stage) => stageOf(stage, run(stage))),
  }))
}

function stageOf({ kind, name, onFailure }: WatchResponse_Stage, run: WatchResponse_Run | undefined): StageOfFeed {
  const runs = Number(run?.time?.count ?? 0)
  const aFeed = (candidates: string | undefined) => (runs === 0 ? 0 : Number(candidates ?? 0) / runs)
  const keptSays = kinds[kind]?.kept
  return {
    name,
    runs,
    kept: aFeed(run?.kept),
    removed: aFeed(run?.removed),
    failed: Number(run?.failed ?? 0),
    p99Ms: run?.time?.p99Ms,
    countsCandidates: keptSays !== undefined,
    keptSays: keptSays ?? '',
    mayFail: onFailure !== 'fail',
  }
}
