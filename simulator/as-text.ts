import type { ColdStart, Means } from './cold-start-result.ts'

/** A page for the terminal. */
export function asText({ day, clones, seed, uploads, exploration, value, degraded, people }: ColdStart): string {
  const { inverse, pages } = exploration.propensities
  return [
    `${day}, everybody ${clones} times, seed ${seed}`,
    '',
    `Uploads: ${uploads.count}`,
    `  shown 100 times in the day    ${percent(uploads.reachedShare)}`,
    `  first impression, median      ${uploads.medianFirstS.toFixed(0)} s`,
    `  hundredth, median             ${(uploads.medianHundredthS / 60).toFixed(0)} min`,
    `  retired before the hundredth  ${percent(uploads.retiredEarlyShare)}`,
    `  promoted                      ${percent(uploads.promotedShare)}; of the best tenth ${percent(uploads.promotedByTenth[0]!)}`,
    `  by tenths of hidden quality   ${uploads.promotedByTenth.map((share) => percent(share, 0)).join(', ')}`,
    '',
    `Exploration: ${percent(exploration.realisedShare, 2)} of positions, of ${percent(exploration.share, 2)} drawn`,
    `  inverse propensities          ${inverse.toFixed(0)} for ${pages} pages: ${(inverse / pages).toFixed(3)}`,
    '',
    'A page of ten',
    `  exploring                     ${page(value.explored)}`,
    `  exploration off               ${page(value.unexplored)}`,
    `  lost                          ${percent(value.longViewsLost)} of long views, ${percent(value.watchTimeLost)} of watch time`,
    `  first page of somebody new    ${page(people.firstOfNew)}`,
    `  their later pages             ${page(people.laterOfNew)}`,
    `  somebody known                ${page(people.ofKnown)}`,
    ...(degraded > 0 ? ['', `${degraded} pages were made without a stage`] : []),
  ].join('\n')
}

const page = ({ pages, longViewsPerPage, watchSPerPage, categoriesPerPage }: Means) =>
  `${longViewsPerPage.toFixed(2)} long views, ${watchSPerPage.toFixed(0)} s, ${categoriesPerPage.toFixed(1)} categories (${pages} pages)`

const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`
