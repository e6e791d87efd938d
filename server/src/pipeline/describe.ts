import type { Pipeline } from './stages.ts'

export interface StageDescription {
  readonly kind: string
  readonly name: string
  readonly onFailure?: 'skip' | 'fail'
  readonly deadlineMs?: number
}

/** The stages of a pipeline in the order in which they run. */
export function describe<Query, Column extends string>(pipeline: Pipeline<Query, Column>): StageDescription[] {
  const kinds = {
    'query hydrator': pipeline.hydrate,
    source: pipeline.sources,
    hydrator: pipeline.enrich,
    filter: pipeline.filters,
    scorer: pipeline.scorers,
    selector: pipeline.selectors,
    'late filter': pipeline.lateFilters,
    commit: pipeline.commit,
    'side effect': pipeline.sideEffects,
  }
  return Object.entries(kinds).flatMap(([kind, stages]) =>
    stages.map((stage) => ({
      kind,
      name: stage.name,
      ...('onFailure' in stage && { onFailure: stage.onFailure }),
      ...('deadlineMs' in stage && stage.deadlineMs !== undefined && { deadlineMs: stage.deadlineMs }),
    })),
  )
}
