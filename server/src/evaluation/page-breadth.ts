import { pageDiversity } from '../feed/page-diversity.ts'
import type { Likeness } from './judged-model.ts'
import { firstScreen } from './quality.ts'
import type { VideoFacts } from './source-data.ts'

/** Results on a page, as apps ask for them. */
const pageLength = 10

/** How different the videos are that one person sees on a page. */
export interface PageBreadth {
  /** Mean of 1 − cosine over all pairs (Ziegler et al. 2005); 0 where no model says what is alike. */
  readonly distance: number
  /** Different ones on a page. */
  readonly categories: number
}

/** The mean over the pages of the first screen. */
export function pageBreadthOf(list: readonly number[], videos: readonly VideoFacts[], likeness: Likeness | undefined): PageBreadth {
  const pages = []
  for (let at = 0; at < Math.min(firstScreen, list.length); at += pageLength) pages.push(list.slice(at, at + pageLength))
  const judged = pages.map((page) =>
    pageDiversity({
      page,
      plain: [],
      relevance: () => 0,
      likeness: likeness ?? (() => 1),
      categories: (video: number) => videos[video]!.categories,
    }),
  )
  return meanBreadth(judged)
}

/** Zeros where there is nothing. */
export function meanBreadth(all: readonly PageBreadth[]): PageBreadth {
  const mean = (of: keyof PageBreadth) => all.reduce((sum, each) => sum + each[of], 0) / Math.max(1, all.length)
  return { distance: mean('distance'), categories: mean('categories') }
}
