import type { MetricInterval } from '../generated/vireo/v1/admin.ts'
import type { Manifest } from './manifest.ts'

/** Samples that the figures are from: those that the twin has not learned. 0 where there is no twin, and it is not known. */
export const judgedRows = ({ training, twin }: Pick<Manifest, 'training' | 'twin'>): number =>
  twin === null ? 0 : Math.max(0, training.rows - twin.rows)

/**
 * 95 % intervals of figures, as training has measured them. Where it has not, those of areas under the curve are estimated: the
 * manifest says how many samples they are of, and the share of positives in training; people with many samples make them
 * wider than this. Of other figures it does not say enough.
 */
export function metricIntervals({ intervals: measured, metrics, ranking, training, twin }: Manifest): Record<string, MetricInterval> {
  if (measured !== undefined) return measured
  const rows = judgedRows({ training, twin })
  const intervals: Record<string, MetricInterval> = {}
  for (const [name, value] of Object.entries(metrics)) {
    const task = /^ranker\.\w+\.auc\.(\w+)$/.exec(name)?.[1]
    const positives = ranking?.tasks.find((each) => each.name === task)?.positives
    const interval = positives === undefined ? undefined : aucInterval(value, (rows * positives) / training.rows, rows)
    if (interval !== undefined) intervals[name] = interval
  }
  return intervals
}

/** Hanley and McNeil, The meaning and use of the area under a ROC curve, 1982. Undefined where there are not two of either. */
export function aucInterval(auc: number, positives: number, rows: number): MetricInterval | undefined {
  const negatives = rows - positives
  if (!(positives >= 2 && negatives >= 2)) return undefined
  const ofPositives = (positives - 1) * (auc / (2 - auc) - auc ** 2)
  const ofNegatives = (negatives - 1) * ((2 * auc ** 2) / (1 + auc) - auc ** 2)
  const deviation = Math.sqrt((auc * (1 - auc) + ofPositives + ofNegatives) / (positives * negatives))
  return { low: Math.max(0, auc - 1.96 * deviation), high: Math.min(1, auc + 1.96 * deviation) }
}
