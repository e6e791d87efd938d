import type { Figure } from './benchmark.ts'
import type { LoopPauses } from './server/protocol.ts'

/** The figures of what the event loop went through under a load. */
export function pauseFigures({ p999, longest, takenByOthers }: LoopPauses, load: string): Figure[] {
  const figures: Figure[] = [
    { name: `pause of the event loop under ${load}, p99.9`, value: p999, unit: 'ms', limit: { most: 20 } },
    { name: `pause of the event loop under ${load}, longest`, value: longest, unit: 'ms' },
  ]
  if (takenByOthers === undefined) return figures
  return [...figures, { name: `core taken by other processes under ${load}`, value: takenByOthers * 100, unit: '%' }]
}
