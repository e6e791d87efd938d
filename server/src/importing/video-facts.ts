import type { ImportDatabase } from './database.ts'

/** From the table `videos`, what events carry of a video: of several rows of one video the last counts. */
export async function makeFacts(database: ImportDatabase): Promise<void> {
  await database.run(`CREATE TABLE facts AS
    SELECT DISTINCT ON (video_id) video_id, creator_id, length_ms, categories, audio_id, upload_ms
    FROM videos WHERE refused IS NULL ORDER BY video_id, file DESC, row DESC`)
}

/** To select from a table that is joined with `facts`; `FactColumns` holds them. */
export const factColumns = "COALESCE(creator_id, '') AS creator, COALESCE(categories, '') AS categories, COALESCE(audio_id, '') AS audio"
export interface FactColumns {
  readonly creator: readonly string[]
  readonly categories: readonly string[]
  readonly audio: readonly string[]
}

/** Parses each text once: there are few different ones. */
export function remembered<Value>(parse: (text: string) => Value): (text: string) => Value {
  const values = new Map<string, Value>()
  return (text) => {
    let value = values.get(text)
    if (value === undefined) {
      if (values.size === 10_000) values.clear()
      value = parse(text)
      values.set(text, value)
    }
    return value
  }
}
