import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Vireo } from '../compose.ts'
import type { ImportProgress } from '../generated/vireo/record/v1/records.ts'
import { recognise } from '../importing/import-plan.ts'

/** The real data that comes with Vireo. */
export const sampleFolder = fileURLToPath(new URL('../../../data/kuairand-pure', import.meta.url))

/** Somebody in it with a history that is neither short nor odd. */
export const samplePerson = '712'

export type SampleState = 'absent' | 'due' | 'imported'

/** Due where there is nothing yet, or where the sample was begun and not finished. */
export async function sampleState({ imports, services }: Vireo, signal: AbortSignal): Promise<SampleState> {
  if (!existsSync(sampleFolder)) return 'absent'
  const progress = imports.progress()
  if (progress.size === 0) return (await services.operations.status()).videos === 0 ? 'due' : 'absent'
  const { files } = await recognise(sampleFolder, undefined, signal)
  const known: (ImportProgress | undefined)[] = files.map(({ id }) => progress.get(id))
  if (known.every((each) => each?.finished)) return 'imported'
  return known.some(Boolean) ? 'due' : 'absent'
}
