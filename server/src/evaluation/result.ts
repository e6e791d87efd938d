import { type Breadth, breadthOf } from './breadth.ts'
import type { Likeness } from './judged-model.ts'
import { meanBreadth, type PageBreadth, pageBreadthOf } from './page-breadth.ts'
import { meanOf, type Quality, qualityOf } from './quality.ts'
import type { SourceData } from './source-data.ts'

/** How one way to recommend did. */
export interface Result {
  readonly name: string
  readonly quality: Quality
  /** Against our own definition of a long view, over the people who have one. */
  readonly qualityByOurs: Quality
  readonly breadth: Breadth
  readonly pageBreadth: PageBreadth
  /** Those that `quality` is the mean over, and what it was for each. */
  readonly people: readonly number[]
  readonly qualities: readonly Quality[]
  readonly pageBreadths: readonly PageBreadth[]
  readonly peopleByOurs: number
}

/** Judges lists by person; `likeness` undefined where no model says what is alike. */
export function resultOf(
  name: string,
  lists: ReadonlyMap<number, readonly number[]>,
  data: SourceData,
  likeness: Likeness | undefined,
): Result {
  const judge = (relevant: ReadonlyMap<number, ReadonlySet<number>>) => {
    const people = [...lists.keys()].filter((person) => relevant.has(person))
    return { people, qualities: people.map((person) => qualityOf(lists.get(person)!, relevant.get(person)!)) }
  }
  const { people, qualities } = judge(data.relevant)
  const byOurs = judge(data.relevantByOurs)
  const pageBreadths = people.map((person) => pageBreadthOf(lists.get(person)!, data.videos, likeness))
  return {
    name,
    quality: meanOf(qualities),
    qualityByOurs: meanOf(byOurs.qualities),
    breadth: breadthOf(
      people.map((person) => lists.get(person)!),
      data.videos,
    ),
    pageBreadth: meanBreadth(pageBreadths),
    people,
    qualities,
    pageBreadths,
    peopleByOurs: byOurs.people.length,
  }
}
