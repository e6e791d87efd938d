/** Does the work on each item, on some of them at the same time. Resolves with the results, in the order of the items. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  atATime: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length)
  let next = 0
  const turns = Array.from({ length: Math.min(atATime, items.length) }, async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at]!)
  })
  await Promise.all(turns)
  return results
}
