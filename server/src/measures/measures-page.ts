import { categoriesSql } from './categories.ts'
import { enoughVideos, inventorySql } from './inventory.ts'
import type { Measure } from './measure.ts'
import type { NamedTable } from './measure-tables.ts'

const block = (sql: string) => `\`\`\`sql\n${sql}\n\`\`\`\n`

/** The body of docs/metrics.md: Markdown, from the measures themselves. */
export function measuresPage(measures: readonly Measure[], tables: readonly NamedTable[]): string {
  const rows = measures.map(({ live, limit, meaning, name, title, unit }) => [
    `[${title}](#${name})`,
    limit === undefined ? meaning : `${meaning} Wanted: at most ${limit * 100} %.`,
    unit,
    live === undefined ? '' : `\`${live}\``,
  ])
  return `## The measures

| measure | what it is | unit | live, in \`WatchResponse\` |
| --- | --- | --- | --- |
${rows.map((row) => `| ${row.join(' | ')} |\n`).join('')}
## What they are made of

${tables.map(({ meaning, name, sql }) => `### ${name}\n\n${meaning}\n\n${block(sql)}`).join('\n')}
## Their SQL

Each gives \`day\`, \`value\` and, of a share or a mean, \`out_of\`.

${measures.map(({ name, sql, title }) => `<a id="${name}"></a>\n\n### ${title}\n\n${block(sql)}`).join('\n')}
## By category

What was shown and done on each day, by category: the counts that are live under \`WatchResponse.categories\`, from which click-through rate, watch time a play and like rate follow.

${block(categoriesSql)}
## Inventory and its gaps

By language, country and category, as of the last day that is asked for. Fewer than ${enoughVideos} videos that were well watched or liked are a gap.

${block(inventorySql)}`
}
