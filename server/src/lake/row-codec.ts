import type { NamedColumn, Row } from './kinds.ts'
import type { Cell } from './parquet/columns.ts'

/** How a topic's messages lie in rows. */
export interface RowCodec<Message> {
  readonly columns: readonly NamedColumn[]
  /** At least one row, which is the caller's. */
  readonly rowsOf: (message: Message) => Cell[][]
  /** The way back; absent where rows are for analysis only and the message's bytes are always kept beside them. */
  readonly back?: {
    /** Whether the rows hold all that the message says; where they do not, its bytes are kept too. */
    readonly holds: (message: Message) => boolean
    /** From the rows of one message, in their order. */
    readonly messageOf: (rows: readonly Row[]) => Message
  }
}
