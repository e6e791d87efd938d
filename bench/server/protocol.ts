import type { InsideAnswers } from '../funnel/inside.ts'

/** How long the event loop was held up, in ms, since it was watched. */
export interface LoopPauses {
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly longest: number
  /** Share of the server's core that other processes took, 0 to 1; absent where that can't be known. */
  readonly takenByOthers?: number | undefined
}

export interface Memory {
  readonly residentBytes: number
  /** The most it ever was. */
  readonly peakBytes: number
}

export interface Imported {
  readonly rows: number
  readonly seconds: number
}

/** What a benchmark asks of its server beside what the contract offers. */
export interface Answers extends InsideAnswers {
  /** Measures the pauses of the event loop from now on. */
  watchLoop: undefined
  loopPauses: LoopPauses
  memory: Memory
  /** Processor time of all its threads since it started, in s. */
  processorTime: number
  startProfile: undefined
  /** A CPU profile as DevTools reads it. */
  stopProfile: unknown
  /** Answers when everything is in the lake; how long that took, in s. */
  drainLake: number
  /** Answers when everything is saved. */
  stop: undefined
}

export type Command = keyof Answers

export type Reply =
  | { readonly kind: 'ready'; readonly grpcPort: number; readonly httpPort: number; readonly imported: Imported | undefined }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }

export interface Question {
  readonly id: number
  readonly command: Command
}
