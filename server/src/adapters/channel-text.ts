import { z } from 'zod'
import { NotFound, Unavailable, VireoError } from '../errors.ts'
import { manifestDigestName } from '../models/manifest.ts'
import type { Channel } from '../ports/registry.ts'

const channel = z.strictObject({
  revision: z.int().min(1),
  version: z.string().min(1),
  changedMs: z.int().min(0),
  before: z.int().min(0),
})
const name = /^(\d+)\.json$/
const channels = 'channels'

/** Models and versions are called so; what begins with a dot is being written. */
export const folderName = /^[A-Za-z0-9][\w.-]*$/

/** What the file or object of a choice is called. */
export const choiceName = (revision: number): string => `${revision}.json`

/** Of the names, those of choices, the newest last. */
export function revisionsOf(names: readonly string[]): number[] {
  return names
    .flatMap((each) => name.exec(each)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}

export const choiceText = (choice: Channel): string => `${JSON.stringify(choice)}\n`

/** `path` is where it was read. */
export function parsedChoice(text: string, path: string): Channel {
  try {
    return channel.parse(JSON.parse(text))
  } catch (cause) {
    throw new Unavailable('REGISTRY_UNREADABLE', `${path} is damaged: remove it to go back to the choice before`, cause)
  }
}

export const unknownChoice = (model: string, revision: number): NotFound =>
  new NotFound('MODEL_UNKNOWN', 'revision', `There is no choice ${revision} of ${model}`)

export const unknownVersion = (model: string, version: string, place: string): NotFound =>
  new NotFound('MODEL_UNKNOWN', 'version', `There is no version '${version}' of ${model} in ${place}`)

export const changedMeanwhile = (model: string): VireoError =>
  new VireoError({
    code: 'REGISTRY_CHANGED',
    fault: 'client',
    retryable: true,
    message: `Somebody else has just chosen a version of ${model}: look which, then try again`,
  })

/** Of paths, those of versions and choices, in an order in which no copy counts before it is whole: a version's digest after its files, choices last. */
export function inCopyOrder(paths: readonly string[]): string[] {
  const files = paths.filter((path) => {
    const parts = path.split('/')
    return parts.length >= 3 && parts.slice(0, -1).every((part) => folderName.test(part)) && (parts[0] !== channels || name.test(parts[2]!))
  })
  const rank = (path: string) => (path.startsWith(`${channels}/`) ? 2 : path.endsWith(`/${manifestDigestName}`) ? 1 : 0)
  return files.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}
