import type { Benchmark } from './benchmark.ts'
import { events } from './benchmarks/events.ts'
import { feed } from './benchmarks/feed.ts'
import { funnel } from './benchmarks/funnel.ts'
import { importing } from './benchmarks/import.ts'
import { index } from './benchmarks/index.ts'
import { people } from './benchmarks/people.ts'
import { player } from './benchmarks/player.ts'
import { ranker } from './benchmarks/ranker.ts'
import { samples } from './benchmarks/samples.ts'
import { scale } from './benchmarks/scale.ts'
import { search } from './benchmarks/search.ts'
import { selectors } from './benchmarks/selectors.ts'
import { start } from './benchmarks/start.ts'
import { takedown } from './benchmarks/takedown.ts'
import { tiles } from './benchmarks/tiles.ts'
import { vectors } from './benchmarks/vectors.ts'

/** In the order in which they run: the import leaves the sample for the others. */
export const benchmarks: readonly Benchmark[] = [
  importing,
  feed,
  events,
  takedown,
  start,
  scale,
  search,
  people,
  tiles,
  vectors,
  index,
  ranker,
  selectors,
  funnel,
  player,
  samples,
]
