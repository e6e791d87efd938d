/** Results that are counted from the top of a list. */
export const firstScreen = 20
export const wholeList = 100

export const measures = ['recall20', 'recall100', 'ndcg20'] as const
export type Measure = (typeof measures)[number]
/** How well one list serves one person, each from 0 to 1. */
export type Quality = Readonly<Record<Measure, number>>

/** `relevant` is not empty. */
export function qualityOf(list: readonly number[], relevant: ReadonlySet<number>): Quality {
  return {
    recall20: recallAt(firstScreen, list, relevant),
    recall100: recallAt(wholeList, list, relevant),
    ndcg20: ndcgAt(firstScreen, list, relevant),
  }
}

/** Share of what is relevant among the first `k`. */
export function recallAt(k: number, list: readonly number[], relevant: ReadonlySet<number>): number {
  return list.slice(0, k).filter((item) => relevant.has(item)).length / relevant.size
}

/** Normalised discounted cumulative gain of the first `k`: a hit counts 1 / log2(1 + rank), against the best order there could be. */
export function ndcgAt(k: number, list: readonly number[], relevant: ReadonlySet<number>): number {
  let [gain, ideal] = [0, 0]
  for (const [at, item] of list.slice(0, k).entries()) if (relevant.has(item)) gain += discount(at)
  for (let at = 0; at < Math.min(k, relevant.size); at++) ideal += discount(at)
  return gain / ideal
}

const discount = (at: number) => 1 / Math.log2(at + 2)

/** Mean over people; zeros where there is nobody. */
export function meanOf(qualities: readonly Quality[]): Quality {
  const mean = (measure: Measure) => qualities.reduce((sum, quality) => sum + quality[measure], 0) / Math.max(1, qualities.length)
  return { recall20: mean('recall20'), recall100: mean('recall100'), ndcg20: mean('ndcg20') }
}
