import { type Evaluation, wholeFeed } from './evaluate.ts'
import { type Measure, measures, type Quality } from './quality.ts'

/** A table to print or to write down; the first column names, the others are numbers. */
export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const names: Readonly<Record<Measure, string>> = { recall20: 'Recall@20', recall100: 'Recall@100', ndcg20: 'nDCG@20' }

/** What came out, as tables. */
export function tablesOf(evaluation: Evaluation): Table[] {
  return [qualities(evaluation), comparisons(evaluation), breadths(evaluation), sources(evaluation)]
}

function qualities({ day, people, peopleByOurs, results }: Evaluation): Table {
  const numbers = (quality: Quality) => measures.map((measure) => quality[measure].toFixed(4))
  return {
    title: `Long views of ${day} found, by the source's label (${count(people)} people) and by ours (${count(peopleByOurs)})`,
    head: ['', ...measures.map((measure) => names[measure]), ...measures.map((measure) => `${names[measure]}, ours`)],
    rows: results.map(({ name, quality, qualityByOurs }) => [name, ...numbers(quality), ...numbers(qualityByOurs)]),
  }
}

function comparisons({ comparisons }: Evaluation): Table {
  return {
    title: `Difference to ${comparisons[0]!.baseline}, with its 95 % interval`,
    head: ['', ...measures.map((measure) => names[measure])],
    rows: comparisons.map(({ name, difference }) => [
      name,
      ...measures.map((measure) => {
        const { mean, low, high } = difference[measure]
        return `${signed(mean)} (${signed(low)} to ${signed(high)})`
      }),
    ]),
  }
}

function breadths({ videos, creators, categories, results }: Evaluation): Table {
  return {
    title: `Breadth: share of ${count(videos)} videos and of ${count(creators)} creators in anybody's 100, entropy of categories in the 20`,
    head: ['', 'Coverage', 'Creators', `Bits (at most ${Math.log2(Math.max(1, categories)).toFixed(2)})`],
    rows: results.map(({ name, breadth }) => [name, percent(breadth.coverage), percent(breadth.creators), breadth.categoryBits.toFixed(2)]),
  }
}

function sources({ sources }: Evaluation): Table {
  return {
    title: "Each source's part in the first 20, and in the hits there",
    head: ['Exploration and diversity', 'Source', 'Of the results', 'Of the hits'],
    rows: Object.entries(sources).flatMap(([name, shares]) =>
      shares.map(({ source, ofResults, ofHits }) => [name === wholeFeed ? 'on' : 'off', source, percent(ofResults), percent(ofHits)]),
    ),
  }
}

export const count = (number: number) => number.toLocaleString('en')
const percent = (share: number) => `${(100 * share).toFixed(1)} %`
const signed = (number: number) => `${number < 0 ? '−' : '+'}${Math.abs(number).toFixed(4)}`
