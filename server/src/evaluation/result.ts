import { type Breadth, breadthOf } from './breadth.ts'
import { meanOf, type Quality, qualityOf } from './quality.ts'
import type { SourceData } from './source-data.ts'

/** How one way to recommend did. */
export interface Result {
  readonly name: string
  readonly quality: Quality
  /** Against our own definition of a long view, over the people who have one. */
  readonly qualityByOurs: Quality
  readonly breadth: Breadth
  /** Those that `quality` is the mean over, and what it was for each. */
  readonly people: readonly number[]
  readonly qualities: readonly Quality[]
  readonly peopleByOurs: number
}

/** Judges lists by person. */
export function resultOf(name: string, lists: ReadonlyMap<number, readonly number[]>, data: SourceData): Result {
  const judge = (relevant: ReadonlyMap<number, ReadonlySet<number>>) => {
    const people = [...lists.keys()].filter((person) => relevant.has(person))
    return { people, qualities: people.map((person) => qualityOf(lists.get(person)!, relevant.get(person)!)) }
  }
  const { people, qualities } = judge(data.relevant)
  const byOurs = judge(data.relevantByOurs)
  return {
    name,
    quality: meanOf(qualities),
    qualityByOurs: meanOf(byOurs.qualities),
    breadth: breadthOf(
      people.map((person) => lists.get(person)!),
      data.videos,
    ),
    people,
    qualities,
    peopleByOurs: byOurs.people.length,
  }
}
