import { type Extent, topics } from '../../ports/event-log.ts'
import { openForReading } from './database-file.ts'

/** How far the log in a file goes, also of one that a server has open. */
export function logExtents(file: string): Extent[] {
  const db = openForReading(file)
  try {
    const partitions = db.prepare('SELECT name, topic, first FROM partitions').all() as { name: string; topic: string; first: number }[]
    return partitions.flatMap(({ name, topic, first }) => {
      const known = topics.find((each) => each === topic)
      if (known === undefined) return []
      const { last } = db.prepare(`SELECT max(offset) AS last FROM ${name}`).get() as { last: number | null }
      return [{ topic: known, partition: Number(name.slice(topic.length + 1)), first, end: last === null ? first : last + 1 }]
    })
  } finally {
    db.close()
  }
}
