import type { Clock } from '../clock.ts'
import type { Direction, Journal } from './journal.ts'
import type { FoldParts } from './people-fold.ts'
import type { Side, StateRows } from './side.ts'

/** People who are being made, in rows that are made anew by each run that makes them. */
export interface PeopleInMaking {
  readonly rows: StateRows
  readonly fold: FoldParts
  save(): Promise<void>
}

export interface MigrationParts {
  readonly direction: Direction
  /** The engines, in words. */
  readonly engines: string
  readonly from: Side
  readonly to: Side
  readonly journal: Journal
  readonly people: PeopleInMaking
  /** For what does not fit into memory. */
  readonly tempFolder: string
  readonly memoryMb: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onStep: (step: Step) => void
  readonly onError: (error: unknown) => void
}

/** How far it is. */
export interface Step {
  readonly name: 'source' | 'records' | 'people' | 'state' | 'models' | 'check'
  readonly done: number
  /** 0 where that is not known. */
  readonly total: number
}
