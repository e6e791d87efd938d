import type { Neighbours } from '../../ports/vector-index.ts'

/** In the place of an item, of a row that is none's any more. */
export const nobody = 0xffff_ffff

/** What the owner asks of the thread. Searches are answered before the rest, which is done in its order. */
export type IndexRequest =
  | { readonly kind: 'search'; readonly searches: readonly { readonly query: Float32Array; readonly count: number }[] }
  | { readonly kind: 'upsert'; readonly items: Uint32Array; readonly values: Float32Array }
  | { readonly kind: 'remove'; readonly items: Uint32Array }
  | { readonly kind: 'save'; readonly file: string }
  | { readonly kind: 'load'; readonly file: string; readonly items: Uint32Array; readonly lists: number }

export interface IndexAnswers {
  search: readonly Neighbours[]
  upsert: undefined
  remove: undefined
  /** The items of the rows, and how many lists they are in. */
  save: { readonly items: Uint32Array; readonly lists: number }
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
