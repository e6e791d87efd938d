import { categoriesPerVideo, type VideoColumns } from '../../catalog/video-columns.ts'
import type { FeedParts, FeedQuery } from '../feed-pipeline.ts'

/** How much alike two videos are, by slot: the cosine of their vectors, -1 to 1. */
export type Likeness = (slot: number, other: number) => number

/** What two videos have in common tells of their vectors: mean cosines of such pairs in the model of the sample. */
const expected = { sameCreator: 0.5, sameAudio: 0.3, sameCategory: 0.2, nothing: 0.1 } as const

/** By the vectors of the request's model; by creator, sound and category where either video has none. */
export function likenessOf({ columns }: FeedParts['catalog'], { model }: Pick<FeedQuery, 'model'>): Likeness {
  const vectors = model?.index?.vectors
  if (vectors === undefined) return (slot, other) => expectedLikeness(columns, slot, other)
  return (slot, other) =>
    vectors.has(slot) && vectors.has(other) ? vectors.similarity(slot, other) : expectedLikeness(columns, slot, other)
}

/** The largest likeness to any of the others, at least 0. */
export function nearest(likeness: Likeness, slot: number, others: readonly number[]): number {
  let most = 0
  for (let nth = 0; nth < others.length; nth++) most = Math.max(most, likeness(slot, others[nth]!))
  return most
}

function expectedLikeness(columns: VideoColumns, slot: number, other: number): number {
  const { audio, creator } = columns
  if (creator[slot] !== 0 && creator[slot] === creator[other]) return expected.sameCreator
  if (audio[slot] !== 0 && audio[slot] === audio[other]) return expected.sameAudio
  return shareCategory(columns, slot, other) ? expected.sameCategory : expected.nothing
}

export function shareCategory(columns: VideoColumns, slot: number, other: number): boolean {
  const { categories } = columns
  for (let at = slot * categoriesPerVideo; at < (slot + 1) * categoriesPerVideo && categories[at] !== 0; at++) {
    if (columns.hasCategory(other, categories[at]!)) return true
  }
  return false
}
