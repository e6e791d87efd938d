import { PersonRow_Kind as MarkKind } from '../../generated/vireo/record/v1/state.ts'
import type { FeedHydrator, FeedParts } from '../feed-pipeline.ts'

/** What the person said they do not want. */
export const restrictions = ({ catalog }: FeedParts): FeedHydrator => ({
  name: 'restrictions',
  onFailure: 'fail',
  hydrate(query) {
    const numbers = (kind: MarkKind, table: { find(id: string): number }) =>
      new Set(Array.from(query.state.marked(kind).keys(), (id) => table.find(id)))
    query.unwanted = {
      blockedCreators: numbers(MarkKind.KIND_BLOCKS, catalog.creators),
      videos: numbers(MarkKind.KIND_NOT_INTERESTED_VIDEO, catalog.ids),
      creators: numbers(MarkKind.KIND_NOT_INTERESTED_CREATOR, catalog.creators),
      categories: numbers(MarkKind.KIND_NOT_INTERESTED_CATEGORY, catalog.categories),
    }
  },
})
