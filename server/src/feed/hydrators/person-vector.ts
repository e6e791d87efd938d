import { FeedVectors } from '../../features/vector/feed-vectors.ts'
import type { FeedHydrator, FeedParts } from '../feed-pipeline.ts'

/** The person as the model's towers see them: what they did last, and the moment. */
export const personVector = ({ vectors }: FeedParts): FeedHydrator => ({
  name: 'person_vector',
  onFailure: 'skip',
  enabled: (query) => query.model?.index !== undefined,
  async hydrate(query) {
    const values = new Float32Array(FeedVectors.personWidth)
    let recent: readonly number[] = []
    const waiting = vectors.ready(query, [], () => {
      vectors.begin(query, values)
      recent = [...vectors.recentSlots]
    })
    if (waiting !== undefined) await waiting
    query.personVector = await query.model!.personVector(query, values, recent)
  },
})
