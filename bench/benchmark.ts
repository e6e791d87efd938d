/** What a figure must reach: at most or at least so much. */
export type Limit = { readonly most: number } | { readonly least: number }

export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** Absent for figures that are told for their own sake. */
  readonly limit?: Limit
  /** What a reader must know to understand the value. */
  readonly note?: string
}

export interface Benchmark {
  readonly name: string
  /** What it measures, in a line. */
  readonly about: string
  run(options: RunOptions): Promise<Figure[]>
}

export interface RunOptions {
  /** Small sizes: shows that it works, says little about speed. */
  readonly quick: boolean
  /** The whole size where a part would do. */
  readonly full: boolean
  /** Where to put CPU profiles of the server, if they are wanted. */
  readonly profileTo: string | undefined
  /** Tells what is going on, for those who wait. */
  readonly say: (what: string) => void
}

/** Whether a figure is within its limit; undefined where there is none. */
export function holds({ value, limit }: Figure): boolean | undefined {
  if (limit === undefined) return undefined
  return 'most' in limit ? value <= limit.most : value >= limit.least
}
