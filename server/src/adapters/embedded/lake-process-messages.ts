import type { LakeWriterOptions } from '../../lake/lake-writer.ts'
import type { RecordPacket } from '../../lake/record-packet.ts'
import type { Place } from '../../ports/event-log.ts'
import type { LakePlace } from '../lake-place.ts'

/** How the process is started, as JSON in its first argument. */
export type LakeProcessStart = LakePlace & { readonly options: LakeWriterOptions }

/** What the owner asks for; carried out one after the other, and answered in that order. */
export type LakeRequest =
  | { readonly kind: 'open' }
  | { readonly kind: 'add'; readonly packet: RecordPacket }
  | { readonly kind: 'flush' }
  | { readonly kind: 'tidy' }
  | { readonly kind: 'retainable'; readonly saved: readonly Place[]; readonly keepMs: number }
  | { readonly kind: 'close' }

/** What it comes to: errors go between processes as what they say. */
export type LakeAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly retryable: boolean }
