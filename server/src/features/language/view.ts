import type { Stream } from '../streams/stream.ts'
import type { Aggregation } from './aggregation.ts'
import { checkView } from './check-view.ts'
import type { ColumnName } from './columns.ts'
import type { Expression } from './expression.ts'
import type { Window } from './windows.ts'

/**
 * What a view tells apart: a name for each part of the key, and what it is. A row in which a part is unknown counts
 * for nobody; one with several values of a part (`each`) counts once for each.
 */
export type Entity<Uses extends ColumnName = ColumnName> = Readonly<
  Record<string, Expression<'text' | 'text?' | 'integer' | 'integer?', Uses>>
>

/** What is known of each entity within windows of time, by name of aggregation. */
export interface View<Name extends string = string> {
  readonly name: string
  readonly version: number
  readonly entity: Entity
  readonly from: Stream
  readonly aggregations: Readonly<Record<Name, Aggregation>>
  readonly windows: readonly Window[]
}

/** Throws `VIEW_INVALID` for what the types let through, such as edges that do not ascend. */
export function defineView<Uses extends ColumnName, W extends Window, Name extends string>(definition: {
  readonly name: string
  readonly version: number
  readonly entity: Entity<NoInfer<Uses>>
  readonly from: Stream<Uses, W>
  readonly aggregations: Readonly<Record<Name, Aggregation<NoInfer<Uses>>>>
  readonly windows: readonly NoInfer<W>[]
}): View<Name> {
  const view: View<Name> = { ...definition, from: definition.from as Stream<never, never> as Stream }
  checkView(view)
  return view
}
