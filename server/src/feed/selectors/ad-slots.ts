/** Places that are left free for ads, counted through all pages of a feed. */
export interface AdSlots {
  /** The first, from 1. */
  readonly first: number
  /** From one to the next; 0 leaves none free. */
  readonly every: number
}

/**
 * The places of a page that stay free, from 0. Videos fill the others in their order, so that a page of 10 places with one
 * of them free has 9 videos. Every ad comes after a video where `first` is 2 or more.
 *
 * @param before places on the pages before
 * @param places places on the page, for videos and ads
 */
export function freePlaces(before: number, places: number, { every, first }: AdSlots): number[] {
  if (every <= 0) return []
  return Array.from({ length: places }, (_, place) => place).filter((place) => {
    const since = before + place - (first - 1)
    return since >= 0 && since % every === 0
  })
}
