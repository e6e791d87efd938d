import { z } from 'zod'
import { log1pSchema } from './log1p.ts'
import { smoothedRatioSchema } from './smoothed-ratio.ts'
import { zScoreSchema } from './z-score.ts'

/** How raw values become what a model reads, with what was learned from data: plain JSON, for artifacts. Another meaning is another version. */
export const transformSchema = z.discriminatedUnion('transform', [smoothedRatioSchema, log1pSchema, zScoreSchema])

export type Transform = z.infer<typeof transformSchema>
