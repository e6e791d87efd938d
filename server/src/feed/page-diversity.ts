/** A page, the page that the ranking alone would make, and what is known of the videos on both. */
export interface ComparedPages<Video> {
  readonly page: readonly Video[]
  readonly plain: readonly Video[]
  /** Not negative, and of a unit that can be summed: a value, not its logarithm. */
  readonly relevance: (video: Video) => number
  /** The cosine of their vectors, -1 to 1. */
  readonly likeness: (video: Video, other: Video) => number
  readonly categories: (video: Video) => Iterable<unknown>
}

/** What diversity cost a page, and what it won. */
export interface PageDiversity {
  /** The page's relevance for each 1 of the plain page's. */
  readonly relevanceKept: number
  /** Mean of 1 - likeness over all pairs (intra-list distance, Ziegler et al. 2005), 0 to 2; 0 for fewer than two videos. */
  readonly distance: number
  readonly plainDistance: number
  /** Different ones on the page. */
  readonly categories: number
  readonly plainCategories: number
}

/** Holds a page against the one that the ranking alone would make of the same candidates. */
export function pageDiversity<Video>({ page, plain, relevance, likeness, categories }: ComparedPages<Video>): PageDiversity {
  const relevanceOf = (videos: readonly Video[]) => videos.reduce((sum, video) => sum + relevance(video), 0)
  const categoriesOf = (videos: readonly Video[]) => {
    const found = new Set<unknown>()
    for (const video of videos) for (const category of categories(video)) found.add(category)
    return found.size
  }
  const possible = relevanceOf(plain)
  return {
    relevanceKept: possible > 0 ? relevanceOf(page) / possible : 1,
    distance: meanDistance(page, likeness),
    plainDistance: meanDistance(plain, likeness),
    categories: categoriesOf(page),
    plainCategories: categoriesOf(plain),
  }
}

function meanDistance<Video>(videos: readonly Video[], likeness: ComparedPages<Video>['likeness']): number {
  let sum = 0
  for (let at = 1; at < videos.length; at++) for (let other = 0; other < at; other++) sum += 1 - likeness(videos[at]!, videos[other]!)
  const pairs = (videos.length * (videos.length - 1)) / 2
  return pairs === 0 ? 0 : sum / pairs
}
