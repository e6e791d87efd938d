import { z } from 'zod'

/** The logarithm of one more: counts of which the large ones say little more than the middling. */
export const log1pSchema = z.strictObject({ transform: z.literal('log1p'), version: z.literal(1) })

export type Log1p = z.infer<typeof log1pSchema>

export const log1pTransform: Log1p = { transform: 'log1p', version: 1 }

/** Of values from 0 on; less counts as 0. Unknown (NaN) stays unknown. */
export const log1p = (_: Log1p, value: number): number => Math.log1p(Math.max(0, value))
