import type { FeedHydrator } from '../feed-pipeline.ts'

/** The arm that the person is in. There is one: `default`. */
export const experiments = (): FeedHydrator => ({
  name: 'experiments',
  onFailure: 'skip',
  hydrate(query) {
    query.arm = 'default'
  },
})
