import type { Neighbours } from '../../ports/vector-index.ts'

/** What the owner asks of the thread. Searches are answered before the rest, which is done in its order. */
export type IndexRequest =
  | { readonly kind: 'search'; readonly query: Float32Array; readonly count: number }
  | { readonly kind: 'upsert'; readonly items: Uint32Array; readonly values: Float32Array }
  | { readonly kind: 'remove'; readonly items: Uint32Array }
  | { readonly kind: 'save'; readonly file: string }
  | { readonly kind: 'load'; readonly file: string; readonly graphBytes: number; readonly items: Uint32Array }

export interface IndexAnswers {
  search: Neighbours
  upsert: undefined
  remove: undefined
  save: { readonly items: Uint32Array; readonly graphBytes: number }
  load: undefined
}

/** `close` ends the thread after what it is at; what waits then is not done. */
export type ToIndex = { readonly id: number; readonly request: IndexRequest } | 'close'

export interface FromIndex {
  readonly id: number
  /** Items that a search can find now. */
  readonly size: number
  readonly answer: IndexAnswers[keyof IndexAnswers]
  readonly failure: string | undefined
}
