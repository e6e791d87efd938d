import { strongestBaseline } from './baselines.ts'
import type { Evaluation } from './evaluate.ts'
import { count, type Table, tablesOf } from './tables.ts'

/** A page of documentation: what was measured, how, and what it does not say. */
export function asMarkdown(evaluation: Evaluation, command: string): string {
  const { day, model, people, relevantPerPerson, sampled, degraded, valueWeight } = evaluation
  const tables = tablesOf(evaluation).map(markdownOf).join('\n\n')
  const who = `${count(people)} people${sampled ? ', a sample' : ''}, ${relevantPerPerson.toFixed(2)} videos to find for each`
  const warning = degraded === 0 ? '' : `\n**${count(degraded)} lists were made without a stage that failed: these numbers are too low.**\n`
  return `# Quality of what is shown

Written by

    ${command}

for ${day}: ${who}.${model === '' ? '' : ` The model is ${model}, which was trained on earlier days; its value counts β = ${valueWeight}.`} The same folder gives the same numbers.
${warning}
${tables}

## What is measured

- The folder is replayed into an empty data folder up to ${day}, 00:00 in Beijing, at its own times, and the clock stands still there. A row belongs to a day by its \`time_ms\`. (Its \`date\` differs within minutes of midnight; those who split by it get a few people more or less.)
- Nothing of ${day} has happened yet for those who recommend. Everybody who had a long view on it of a video that they had not been shown before gets a list of 100 from the real feed, with all filters; only its deadlines are lifted, so that a slow machine measures the same. They ask from the surface and at the hour of their first visit of the day.
- Nothing that is asked counts as shown: otherwise what some are shown would change how popular videos are for those who are asked after them.
${model === '' ? '- Once with exploration and diversity off, which is the ranking alone, and once as they are configured.' : ofModel}
- To be found are the videos with a long view on ${day} by that person that are in the catalogue and that they were not shown before, by the source's label \`long_view\`. "Ours" is what Vireo itself counts as one: watched to the end, or for 18 s, of known length.
- Recall@k is the share of these among the first k; nDCG@20 discounts a hit at rank r by log2(1 + r) and divides by the best order possible. All are means over people. Intervals are bootstrapped over people (2,000 times, percentiles) from the differences of the same person.
- Coverage and creators count what is in anybody's 100. The entropy is that of the categories of everything in the 20s, in bits; a video with several counts in equal parts. A result belongs to the source that found it first, in the order of the feed.

## The baselines

They see what the feed sees: the untimed history counts, what was seen is left out, equal scores go by the long views of seven days, then of all time.

- *Popularity* is the number of long views on the day or the seven days before.
- *item-kNN* sums the cosines of a video with all that the person had a long view of, from the binary matrix of people and videos.
- *${strongestBaseline}* multiplies this by how often the video was shown on the day before.

## What it does not say

- The log shows what an older policy chose to show. A video that it did not show can't be found, however good: recall on it measures agreement with that policy, and a policy that finds new things looks worse than it is. Diversity and exploration cost recall here in part for that reason; experiments decide about them, not this table. It is no estimate of what people would do with another feed.
- There is about one video to find for each person: single values are 0 or 1, and differences of a few thousandths are noise. The intervals say how much.
- It is one day. In the sample \`data/kuairand-pure\` it comes after few others, and all videos were uploaded before them: exploration of new videos is not measured there.
- The constants of the feed without a model were chosen on the last days of that sample; so were the model's weights of the value (\`--choose\`) and of co-watching and the strength of diversity, on the day before. Days that it does not have are the better test: \`--folder\`, \`--day\`.
`
}

const ofModel = `- *Without a model* is the same feed with models off, whose score is counted. *Retrieval alone* and *ranking alone* are the two parts of the funnel's score: the logit of retrieval, and the logarithm of the value. These and the *funnel*, with both, have exploration, diversity and the place for the unexpected off; then they are put on one after the other, so that the relevance that each costs stands beside the diversity that it wins.
- ILD is the mean of 1 − cosine over all pairs of a page of 10, by the vectors of this one model for all rows; categories are the different ones on a page. Both are means over the first two pages.
- *What was shown*: the impressions of the day, of videos that were new to the person, in the pages in which they were imported, each scored as of the day's beginning. GAUC is the chance that a long view scores above another row of its page, weighted by rows; nDCG takes the time watched as gain, and equal scores share their places. Intervals are over people. That a score orders what an older policy showed says nothing of what would have happened to what it did not show.`

function markdownOf({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'))
  return [`**${title}**`, '', line(head), line(rule), ...rows.map(line)].join('\n')
}
