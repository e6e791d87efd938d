import type { Evaluation } from './evaluate.ts'

/** For machines: everything but the values of single people. */
export function asJson({ results, ...rest }: Evaluation): string {
  const summaries = results.map(({ people, qualities, pageBreadths, peopleByOurs, ...summary }) => summary)
  return JSON.stringify({ ...rest, results: summaries }, null, 2)
}
