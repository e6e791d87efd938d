import type { FeedParts, FeedSource } from '../feed-pipeline.ts'

/** Explored at most this often within a person's latest pages. */
const mostPerPerson = 20

/** New videos for the positions that explore. They are no candidates for the others: a video found here alone is shown there or not at all. */
export const bucketFlow = ({ flow }: FeedParts): FeedSource => ({
  name: 'bucket_flow',
  onFailure: 'skip',
  enabled: (query) => query.settings.explorationShare > 0 && query.state.exploredLately < mostPerPerson,
  find(query, finding) {
    const { explorationShare } = query.settings
    const random = query.random('bucket_flow')
    const positions = Array.from({ length: query.count }, (_, position) => position).filter(() => random() < explorationShare)
    if (positions.length === 0) return
    const draws = flow.draw(positions.length, query.categoryRecord, random)
    query.explored = draws.map(({ slot, chance }, at) => ({ position: positions[at]!, slot, propensity: explorationShare * chance }))
    for (const { slot, chance } of draws) finding.add(slot, chance)
  },
})
