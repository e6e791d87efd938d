import { hourOf, partitionOf } from '../lake/lake-tables.ts'

/** The partitions of some hours and of those before and after them. */
export function hoursAround(partitions: Iterable<string>, reach: number): Set<string> {
  const around = new Set<number>()
  for (const partition of partitions) {
    const hour = hourOf(partition)
    if (hour === undefined) continue
    for (let each = Math.max(0, hour - reach); each <= hour + reach; each++) around.add(each)
  }
  return new Set([...around].map(partitionOf))
}
