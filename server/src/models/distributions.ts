import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Manifest } from './manifest.ts'
import { checked, json } from './read-manifest.ts'
import { binsPerColumn } from './watching/binned-drift.ts'

const whole = z.int().min(0)

const schema = z.strictObject({
  pages: whole,
  samples: whole,
  /** By feature, in the bins of `featureBin`: the person's once a page, the video's once a sample. */
  bins: z.record(z.string(), z.array(whole).length(binsPerColumn)),
})

/** How features were distributed in what a model was trained on. */
export type Distributions = Readonly<z.infer<typeof schema>>

/** Undefined where training kept none. Rejects with `ARTIFACT_MANIFEST_WRONG`. */
export async function readDistributions(folder: string, { distributions }: Manifest): Promise<Distributions | undefined> {
  if (distributions === undefined) return undefined
  return checked(schema, distributions, json(distributions, await readFile(join(folder, distributions), 'utf8')))
}
