import { join } from 'node:path'
import { EmbeddedPeople } from '../../server/src/adapters/embedded/people.ts'
import { openStateDatabase, type StateDatabase } from '../../server/src/adapters/embedded/state-database.ts'
import { Catalog } from '../../server/src/catalog/catalog.ts'
import { syntheticVideo } from '../load/synthetic.ts'

/** The videos that people may have seen. */
export const videos = 100_000
/** The standard of `people.cacheMb`. */
const cacheMb = 256

export const personId = (n: number): string => `user-${1_000_000_000 + n * 7}`

/** People in a folder, as the server keeps them, over a catalogue of synthetic videos. */
export async function openPeople(folder: string): Promise<{ database: StateDatabase; people: EmbeddedPeople; catalog: Catalog }> {
  const database = await openStateDatabase(join(folder, 'state.sqlite'))
  const catalog = new Catalog({ get: () => undefined, put: () => undefined })
  const nowS = Math.floor(Date.now() / 1_000)
  for (let n = 0; n < videos; n++) catalog.put(syntheticVideo(n, videos, nowS))
  return { database, people: new EmbeddedPeople(database, catalog.ids, cacheMb), catalog }
}
