import { firstScreen, wholeList } from './quality.ts'
import type { VideoFacts } from './source-data.ts'

/** How much of the catalogue people get to see, over the lists of all of them. */
export interface Breadth {
  /** Share of the catalogue's videos on anybody's list. */
  readonly coverage: number
  /** Share of its creators. */
  readonly creators: number
  /** Entropy of the categories of what is on the first screens, in bits. */
  readonly categoryBits: number
}

export function breadthOf(lists: readonly (readonly number[])[], videos: readonly VideoFacts[]): Breadth {
  const shown = new Set(lists.flatMap((list) => list.slice(0, wholeList)))
  return {
    coverage: shown.size / videos.length,
    creators: creatorsOf([...shown].map((video) => videos[video]!)) / creatorsOf(videos),
    categoryBits: entropyBits(categoryWeights(lists, videos)),
  }
}

/** Shannon's entropy of a distribution given by weights. */
export function entropyBits(weights: readonly number[]): number {
  const sum = weights.reduce((all, weight) => all + weight, 0)
  return weights.reduce((bits, weight) => (weight === 0 ? bits : bits - (weight / sum) * Math.log2(weight / sum)), 0)
}

/** A video counts once, in equal parts for each of its categories. */
function categoryWeights(lists: readonly (readonly number[])[], videos: readonly VideoFacts[]): number[] {
  const weights = new Map<string, number>()
  for (const list of lists) {
    for (const video of list.slice(0, firstScreen)) {
      const { categories } = videos[video]!
      for (const category of categories) weights.set(category, (weights.get(category) ?? 0) + 1 / categories.length)
    }
  }
  return [...weights.values()]
}

const creatorsOf = (videos: readonly VideoFacts[]) => new Set(videos.map(({ creator }) => creator).filter((creator) => creator !== '')).size
