/** A video of a page that was shown, and what came of it. */
export interface ShownVideo {
  readonly videoId: string
  readonly watchMs: number
  readonly longView: boolean
}

/** How well scores order one page: the value, and how much it counts in the mean; undefined where the page can't tell. */
export type PageMeasure = (
  shown: readonly ShownVideo[],
  scores: readonly number[],
) => { readonly value: number; readonly weight: number } | undefined

/** The chance that a long view scores above another row; equal ones count half. Rows weigh (GAUC: Zhu et al., KDD 2017). */
export const aucOfPage: PageMeasure = (shown, scores) => {
  let [pairs, won] = [0, 0]
  for (const [at, { longView }] of shown.entries()) {
    if (!longView) continue
    for (const [other, { longView: otherToo }] of shown.entries()) {
      if (otherToo) continue
      pairs++
      won += scores[at]! > scores[other]! ? 1 : scores[at] === scores[other] ? 0.5 : 0
    }
  }
  return pairs === 0 ? undefined : { value: won / pairs, weight: shown.length }
}

/** Gain is the time watched, discounted by log2(1 + rank), against the best order; equal scores share their ranks' discounts. */
export const watchNdcgOfPage: PageMeasure = (shown, scores) => {
  if (shown.length < 2 || shown.every(({ watchMs }) => watchMs === shown[0]!.watchMs)) return undefined
  const order = [...shown.keys()].sort((a, b) => scores[b]! - scores[a]!)
  let gain = 0
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++
    let discounts = 0
    for (let at = from; at < to; at++) discounts += discount(at)
    for (let at = from; at < to; at++) gain += (shown[order[at]!]!.watchMs * discounts) / (to - from)
    from = to
  }
  const ideal = shown
    .map(({ watchMs }) => watchMs)
    .sort((a, b) => b - a)
    .reduce((sum, watchMs, at) => sum + watchMs * discount(at), 0)
  return { value: gain / ideal, weight: 1 }
}

const discount = (at: number) => 1 / Math.log2(at + 2)
