import { z } from 'zod'
import { VireoError } from '../../errors.ts'
import { type Place, topics } from '../../ports/event-log.ts'

/** Of the layout of snapshots. What is in the files has versions of its own. */
const format = 1
const count = z.int().min(0)

const schema = z.object({
  format: z.literal(format),
  /** Version of the Vireo that took it. */
  vireo: z.string(),
  /** How far the log is in it: the next offset of each partition. */
  positions: z.array(z.object({ topic: z.enum(topics), partition: count, offset: count })),
  files: z.array(
    z.object({
      /** In the data folder. */
      path: z.string().regex(/^\w[\w.@-]*(?:\/\w[\w.@-]*)*$/),
      bytes: count,
      parts: z.array(
        z.object({
          key: z.string(),
          /** Of the file, from the end of the part before on. */
          bytes: count,
          /** Of the object, in hex. */
          sha256: z.string(),
        }),
      ),
    }),
  ),
})

/** What a snapshot is of, and the objects that it consists of. */
export type Snapshot = Omit<z.infer<typeof schema>, 'positions'> & { readonly positions: readonly Place[] }
export type SnapshotFile = Snapshot['files'][number]

export const snapshotText = (snapshot: Omit<Snapshot, 'format'>): string => JSON.stringify({ format, ...snapshot })

/** Throws `SNAPSHOT_BROKEN` for what is none of this version. */
export function readSnapshot(text: string): Snapshot {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw snapshotBroken('its manifest is none that this version knows', cause)
  }
}

export const snapshotBroken = (what: string, cause?: unknown): VireoError =>
  new VireoError({
    code: 'SNAPSHOT_BROKEN',
    message: `A snapshot of the state can't be used: ${what}`,
    fault: 'server',
    retryable: false,
    cause,
  })
