import { type Aggregation, isAdditive } from './language/aggregation.ts'
import { canonicalAggregations, json } from './language/canonical.ts'
import type { View } from './language/view.ts'
import { hopMsOf } from './language/windows.ts'
import type { Feature } from './vector/feature.ts'
import { type FeatureSet, widthOf } from './vector/feature-set.ts'

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
const table = (head: readonly string[], rows: readonly (readonly string[])[]) => [head, head.map(() => '---'), ...rows].map(row).join('')
const code = (name: string) => `\`${name}\``

/** The part of docs/features.md that says what is counted of whom: Markdown, from the views themselves. `usedBy` has the views that each feature set reads. */
export function viewsPage(views: readonly View[], usedBy: ReadonlyMap<string, readonly View[]>): string {
  const alike = Map.groupBy(views, (view) => json([view.from.name, canonicalAggregations(view)]))
  const sections = Array.from(alike.values(), (group) => {
    const { aggregations, from } = group[0]!
    const counted = Object.entries<Aggregation>(aggregations).map(([name, { meaning, unit, ...aggregation }]) => [
      code(name),
      meaning,
      unit,
      isAdditive({ meaning, unit, ...aggregation }) ? '0' : 'unknown',
    ])
    return `### ${from.name[0]!.toUpperCase()}${from.name.slice(1)}

A row is ${from.meaning}.

${table(
  ['view', 'version', 'of each', 'windows', 'used by'],
  group.map(({ entity, name, version, windows }) => [
    code(name),
    String(version),
    Object.keys(entity).map(code).join(' and '),
    windows.join(', '),
    [...usedBy]
      .flatMap(([user, used]) => (used.some((view) => view.name === name && view.version === version) ? [code(user)] : []))
      .join(', '),
  ]),
)}
${table(['aggregation', 'what it counts', 'unit', 'without rows'], counted)}`
  })
  const windows = [...new Set(views.flatMap((view) => view.windows))]
  const hops = table(
    ['window', 'made of tiles of'],
    windows.map((window) => [code(window), `${hopMsOf(window) / 60_000} min`]),
  )
  return `## Views

A window reaches back from now; its oldest tile counts as a whole. What is unknown counts in no aggregation.

${hops}
${sections.join('\n')}`
}

/** The part that says what else models may read: columns of samples, each with its meaning. */
export function columnsPage(title: string, columns: readonly { readonly name: string; readonly meaning?: string }[]): string {
  return `${title}\n\n${table(
    ['column', 'meaning'],
    columns.map(({ name, meaning = '' }) => [code(name), meaning]),
  )}`
}

/** The part that says what vectors are made of. */
export function featuresPage({ name, version, personFeatures, itemFeatures }: FeatureSet<Feature>): string {
  const rows = (features: readonly Feature[]) =>
    table(
      ['feature', 'meaning', 'unit', 'window', 'without'],
      features.map(({ name, meaning, unit, window, without, length }) => [
        code(name),
        length === undefined ? meaning : `${meaning}; a list of ${length}`,
        unit,
        window ?? '',
        String(without),
      ]),
    )
  return `## Feature set \`${name}@${version}\`

Of the person, once a page (${widthOf(personFeatures)} numbers, and \`recent_videos\`, the ids that the lists are about):

${rows(personFeatures)}
Of each candidate (${widthOf(itemFeatures)} numbers):

${rows(itemFeatures)}`
}
