import type { FeedSettings } from '../../generated/vireo/v1/console_person.ts'
import { Level } from '../../generated/vireo/v1/feed.ts'

/** A number of the configuration that can be tried; the server refuses what is out of its limits. */
export interface Dial {
  readonly name:
    | 'valueWeight'
    | 'coWatchWeight'
    | 'creatorWeight'
    | 'sessionWeight'
    | 'explorationShare'
    | 'diversityStrength'
    | 'serendipityShare'
  readonly group: 'feed' | 'models'
  readonly label: string
  readonly about: string
  /** Of the slider; a number may be typed beyond. */
  readonly most: number
  readonly step: number
}

export const dials: readonly Dial[] = [
  { name: 'valueWeight', group: 'models', label: 'Value (β)', about: 'Its logarithm, against the logit of retrieval', most: 10, step: 0.1 },
  {
    name: 'coWatchWeight',
    group: 'models',
    label: 'Co-watching',
    about: 'Logarithm of similarity by it, against retrieval',
    most: 10,
    step: 0.1,
  },
  {
    name: 'creatorWeight',
    group: 'models',
    label: 'New creators',
    about: 'What a sure long view of theirs adds at most',
    most: 2,
    step: 0.05,
  },
  {
    name: 'sessionWeight',
    group: 'models',
    label: 'Session',
    about: 'Categories that do well in it, for somebody new',
    most: 20,
    step: 0.5,
  },
  {
    name: 'diversityStrength',
    group: 'feed',
    label: 'Diversity',
    about: 'Doublings of its place that a likeness loses',
    most: 32,
    step: 0.5,
  },
  { name: 'explorationShare', group: 'feed', label: 'Exploration', about: 'Share of places for new videos', most: 1, step: 0.01 },
  { name: 'serendipityShare', group: 'feed', label: 'Serendipity', about: 'Share of pages with something unexpected', most: 1, step: 0.05 },
]

/** What the address says, by name. */
export type Params = Readonly<Record<string, string | string[] | undefined>>

export const levels = {
  light_ranking: { value: Level.LEVEL_LIGHT_RANKING, name: 'Few are ranked' },
  no_ranking: { value: Level.LEVEL_NO_RANKING, name: 'None is ranked' },
} as const

export const textOf = (params: Params, name: string): string => [params[name]].flat()[0] ?? ''

export function numberOf(params: Params, name: string): number | undefined {
  const text = textOf(params, name)
  return text === '' || !Number.isFinite(Number(text)) ? undefined : Number(text)
}

/** Such as 'like:2,long_view:1'. */
export const weightsText = (weights: Readonly<Record<string, number>>): string =>
  Object.entries(weights)
    .map(([task, weight]) => `${task}:${weight}`)
    .join()

export function weightsOf(params: Params): Record<string, number> | undefined {
  const text = textOf(params, 'weights')
  if (text === '') return undefined
  return Object.fromEntries(text.split(',').map((pair) => [pair.split(':')[0]!, Number(pair.split(':')[1])]))
}

/** The settings that the address changes. */
export function changesIn(params: Params): Partial<FeedSettings> {
  const numbers = dials.map(({ name }) => [name, numberOf(params, name)] as const).filter(([, value]) => value !== undefined)
  const weights = weightsOf(params)
  const level = levels[textOf(params, 'level') as keyof typeof levels]
  return {
    ...Object.fromEntries(numbers),
    ...(textOf(params, 'diversity') === 'off' && { diversity: false }),
    ...(textOf(params, 'models') === 'off' && { models: false }),
    ...(weights && { weights }),
    ...(level && { bestLevel: level.value }),
  }
}

/** What TryFeed is asked for the address of a person. */
export function questionOf(userid: string, params: Params) {
  const context = { surface: textOf(params, 'surface'), language: textOf(params, 'language'), country: textOf(params, 'country') }
  return {
    request: {
      userid,
      resultPerPage: numberOf(params, 'count') ?? 0,
      requestId: String(numberOf(params, 'draw') ?? 0),
      context: { ...context, age: numberOf(params, 'age') ?? 0 },
    },
    settings: changesIn(params),
  }
}

/** What to change of an address so that it says no settings. */
export const withoutSettings: Readonly<Record<string, undefined>> = Object.fromEntries(
  [...dials.map(({ name }) => name), 'diversity', 'models', 'weights', 'level'].map((name) => [name, undefined]),
)

/** What to configure so that settings stay: nothing is saved here. */
export function configurationOf({ models, weights, ...given }: Partial<FeedSettings>): { environment: string; file: string } {
  const changed = dials.flatMap(({ group, name }) => (given[name] === undefined ? [] : [{ group, name, value: given[name] }]))
  const all: { group: string; name: string; value: unknown }[] = [
    ...changed,
    ...(models === false ? [{ group: 'models', name: 'enabled', value: false }] : []),
    ...(weights ? [{ group: 'models', name: 'weights', value: 'weights.json' }] : []),
  ]
  const variable = (group: string, name: string) => `VIREO_${group}_${name.replace(/[A-Z]/g, '_$&')}`.toUpperCase()
  const groups: Record<string, Record<string, unknown>> = {}
  for (const { group, name, value } of all) groups[group] = { ...groups[group], [name]: value }
  return {
    environment: all.map(({ group, name, value }) => `${variable(group, name)}=${value}`).join('\n'),
    file: all.length === 0 ? '' : JSON.stringify(groups, null, 2),
  }
}
