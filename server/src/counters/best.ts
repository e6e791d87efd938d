/**
 * The `most` items of highest score, best first; equal scores by `tieBreak`, the smaller first. Takes items as they
 * come and keeps few of them, so that millions can be looked through.
 */
export function best(items: Iterable<number>, most: number, score: (item: number) => number, tieBreak: (item: number) => number): number[] {
  const room = 2 * most + 64
  const kept = new Float64Array(room)
  const scores = new Float64Array(room)
  let count = 0
  let threshold = Number.NEGATIVE_INFINITY
  const cut = () => {
    const order = Array.from({ length: count }, (_, at) => at)
    order.sort((a, b) => scores[b]! - scores[a]! || tieBreak(kept[a]!) - tieBreak(kept[b]!))
    const first = order.slice(0, most)
    const [items, values] = [first.map((at) => kept[at]!), first.map((at) => scores[at]!)]
    kept.set(items)
    scores.set(values)
    count = first.length
    if (count === most && most > 0) threshold = values.at(-1)!
  }
  for (const item of items) {
    const own = score(item)
    if (own < threshold) continue
    kept[count] = item
    scores[count++] = own
    if (count === room) cut()
  }
  cut()
  return Array.from(kept.subarray(0, count))
}
