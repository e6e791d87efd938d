import { type Extent, type Topic, topics } from '../ports/event-log.ts'
import { recordsIn } from './recorded.ts'
import type { Side } from './side.ts'

/** What there is to move. */
export interface Planned {
  readonly records: Readonly<Record<Topic, number>>
  /** Of which the log still has them. */
  readonly inLog: Readonly<Record<Topic, number>>
  readonly people: number
}

/** What a migration would move. */
export async function plan(from: Pick<Side, 'lake' | 'log' | 'people'>): Promise<Planned> {
  const [manifest, extents] = [await from.lake.manifest(), await from.log.extents()]
  const each = (count: (topic: Topic) => number) => Object.fromEntries(topics.map((topic) => [topic, count(topic)])) as Planned['records']
  const sum = (topic: Topic, of: (extent: Extent) => number) =>
    extents.filter((extent) => extent.topic === topic).reduce((total, extent) => total + of(extent), 0)
  // What the log has beyond the lake comes into it first.
  const behind = (topic: Topic) =>
    sum(topic, ({ end, first, partition }) => {
      const reached = manifest.reached.find((one) => one.topic === topic && one.partition === partition)?.end ?? 0
      return Math.max(0, end - Math.max(first, reached))
    })
  return {
    records: each((topic) => recordsIn(manifest, topic) + behind(topic)),
    inLog: each((topic) => sum(topic, ({ end, first }) => end - first)),
    people: await from.people.count(),
  }
}
