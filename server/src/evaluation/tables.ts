import type { Interval } from './bootstrap.ts'
import type { TriedWeight } from './choose-value-weight.ts'
import type { Evaluation } from './evaluate.ts'
import { type Measure, measures, type Quality } from './quality.ts'

/** A table to print or to write down; the first column names, the others are numbers. */
export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const names: Readonly<Record<Measure, string>> = { recall20: 'Recall@20', recall100: 'Recall@100', ndcg20: 'nDCG@20' }
const measureNames = measures.map((measure) => names[measure])

/** What came out, as tables. */
export function tablesOf(evaluation: Evaluation): Table[] {
  const logged = evaluation.logged.length === 0 ? [] : [loggedOrders(evaluation)]
  return [qualities(evaluation), comparisons(evaluation), breadths(evaluation), ...logged, sources(evaluation)]
}

function qualities({ day, people, peopleByOurs, results }: Evaluation): Table {
  return {
    title: `Long views of ${day} found, by the source's label (${count(people)} people) and by ours (${count(peopleByOurs)})`,
    head: ['', ...measureNames, ...measureNames.map((name) => `${name}, ours`)],
    rows: results.map(({ name, quality, qualityByOurs }) => [name, ...numbers(quality), ...numbers(qualityByOurs)]),
  }
}

function comparisons({ comparisons, model }: Evaluation): Table {
  const distance = (interval: Interval) => (model === '' ? [] : [withInterval(interval, 3)])
  return {
    title: 'Differences for the same people, with their 95 % intervals: relevance, and how different the videos of a page are',
    head: ['', 'against', ...measureNames, ...(model === '' ? [] : ['ILD']), 'Categories'],
    rows: comparisons.map(({ name, baseline, breadth, difference, relative }) => [
      name,
      baseline,
      ...measures.map((measure) => `${withInterval(difference[measure], 4)}, ${signed(100 * relative[measure], 1)} %`),
      ...distance(breadth.distance),
      withInterval(breadth.categories, 2),
    ]),
  }
}

function breadths({ videos, creators, categories, model, results }: Evaluation): Table {
  return {
    title: `Breadth: share of ${count(videos)} videos and of ${count(creators)} creators in anybody's 100, entropy of categories in the 20, and pages of 10`,
    head: [
      '',
      'Coverage',
      'Creators',
      `Bits (at most ${Math.log2(Math.max(1, categories)).toFixed(2)})`,
      'Categories a page',
      ...(model === '' ? [] : ['ILD of a page']),
    ],
    rows: results.map(({ name, breadth, pageBreadth }) => [
      name,
      percent(breadth.coverage),
      percent(breadth.creators),
      breadth.categoryBits.toFixed(2),
      pageBreadth.categories.toFixed(2),
      ...(model === '' ? [] : [pageBreadth.distance.toFixed(3)]),
    ]),
  }
}

function loggedOrders({ day, logged }: Evaluation): Table {
  return {
    title: `What was shown on ${day}, ordered page by page, and the difference to the first row`,
    head: ['', 'GAUC, long view', 'nDCG, time watched', 'Difference of GAUC', 'Difference of nDCG'],
    rows: logged.map(({ name, difference, gauc, watchNdcg }) => [
      name,
      gauc.toFixed(4),
      watchNdcg.toFixed(4),
      difference === undefined ? '' : withInterval(difference.gauc, 4),
      difference === undefined ? '' : withInterval(difference.watchNdcg, 4),
    ]),
  }
}

function sources({ sources }: Evaluation): Table {
  return {
    title: "Each source's part in the first 20, and in the hits there",
    head: ['', 'Source', 'Of the results', 'Of the hits'],
    rows: Object.entries(sources).flatMap(([name, shares]) =>
      shares.map(({ source, ofResults, ofHits }) => [name, source, percent(ofResults), percent(ofHits)]),
    ),
  }
}

/** Weights of the value, the chosen one marked. */
export function valueWeightTable(tried: readonly TriedWeight[], chosen: number): Table {
  return {
    title: 'How much the value counts (β) against retrieval, exploration and diversity off',
    head: ['β', ...measureNames],
    rows: tried.map(({ valueWeight, quality }) => [`${valueWeight}${valueWeight === chosen ? ' ←' : ''}`, ...numbers(quality)]),
  }
}

const numbers = (quality: Quality) => measures.map((measure) => quality[measure].toFixed(4))
export const count = (number: number) => number.toLocaleString('en')
const percent = (share: number) => `${(100 * share).toFixed(1)} %`
const signed = (number: number, digits: number) => `${number < 0 ? '−' : '+'}${Math.abs(number).toFixed(digits)}`
const withInterval = ({ mean, low, high }: Interval, digits: number) =>
  `${signed(mean, digits)} (${signed(low, digits)} to ${signed(high, digits)})`
