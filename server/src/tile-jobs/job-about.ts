import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { JobText } from '../ports/stream-jobs.ts'

/** What a job is, as it says itself in the cluster: nothing beside it has to be kept. */
export interface JobAbout {
  /** The views whose tiles it keeps, as `name_v1`. */
  readonly views: readonly string[]
  /** It keeps only tiles that begin then or later, in ms. */
  readonly fromMs: number | undefined
  /** As it was submitted, without secrets: to go back to. */
  readonly text: JobText
}

const names = { views: 'vireo.views', fromMs: 'vireo.from', text: 'vireo.job' } as const

/** As parameters of a job, which hold neither commas nor colons. */
const encodeAbout = ({ views, fromMs, text }: JobAbout): Record<string, string> => ({
  [names.views]: views.join(';'),
  ...(fromMs !== undefined && { [names.fromMs]: `${fromMs}` }),
  [names.text]: deflateRawSync(JSON.stringify(text)).toString('base64url'),
})

/** Undefined for a job that is none of ours. */
export function decodeAbout(parameters: Readonly<Record<string, string>>): JobAbout | undefined {
  const { [names.views]: views, [names.fromMs]: fromMs, [names.text]: text } = parameters
  if (views === undefined || text === undefined) return undefined
  return {
    views: views.split(';'),
    fromMs: fromMs === undefined ? undefined : Number(fromMs),
    text: JSON.parse(inflateRawSync(Buffer.from(text, 'base64url')).toString()),
  }
}

const setting = 'pipeline.global-job-parameters'

/** A job that says what it is. */
export function describing(about: JobAbout): JobText {
  const parameters = Object.entries(encodeAbout(about)).map((pair) => pair.join(':'))
  return { ...about.text, settings: { ...about.text.settings, [setting]: parameters.join(',') } }
}
