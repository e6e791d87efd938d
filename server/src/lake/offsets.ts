/** Offsets in the log, by partition. */
export type Offsets = ReadonlyMap<number, ReadonlySet<number>>

export function addTo(offsets: Map<number, Set<number>>, partition: number, offset: number): void {
  const known = offsets.get(partition)
  if (known === undefined) offsets.set(partition, new Set([offset]))
  else known.add(offset)
}

/** Those of all. */
export function union(all: readonly Offsets[]): Offsets {
  const offsets = new Map<number, Set<number>>()
  for (const each of all) for (const [partition, some] of each) for (const offset of some) addTo(offsets, partition, offset)
  return offsets
}
