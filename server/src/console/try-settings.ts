import { configSchema, settings as configured } from '../config.ts'
import { InvalidInput } from '../errors.ts'
import type { FeedQuery, FeedSettings, RankingSettings } from '../feed/feed-pipeline.ts'
import { givenWeights } from '../feed/scorers/ranking.ts'
import type { FeedSettings as GivenSettings } from '../generated/vireo/v1/console_person.ts'
import { Level } from '../generated/vireo/v1/feed.ts'
import { checkWeights, weightsOf } from '../models/serving/value-weights.ts'

/** Where the configuration has each number, with its limits. */
const paths = {
  explorationShare: 'feed.explorationShare',
  diversityStrength: 'feed.diversityStrength',
  serendipityShare: 'feed.serendipityShare',
  valueWeight: 'models.valueWeight',
  coWatchWeight: 'models.coWatchWeight',
  creatorWeight: 'models.creatorWeight',
  sessionWeight: 'models.sessionWeight',
} as const
const numbers = Object.entries(paths) as [keyof typeof paths, string][]
const bestLevels: ReadonlySet<Level> = new Set([Level.LEVEL_FULL, Level.LEVEL_LIGHT_RANKING, Level.LEVEL_NO_RANKING])

/** What a request changes. Throws `InvalidInput` for what the configuration would refuse, by the name of the field. */
export function changesOf(given: GivenSettings | undefined): Partial<FeedSettings> {
  if (given === undefined) return {}
  const { bestLevel, diversity, models, weights } = given
  if (bestLevel !== undefined && !bestLevels.has(bestLevel)) {
    throw new InvalidInput('OUT_OF_RANGE', 'settings.best_level', 'LEVEL_FULL, LEVEL_LIGHT_RANKING or LEVEL_NO_RANKING')
  }
  return {
    ...numbersOf(given),
    ...(diversity !== undefined && { diversity }),
    ...(models !== undefined && { models }),
    ...(bestLevel !== undefined && { bestLevel }),
    ...(Object.keys(weights).length > 0 && { weights: checkWeights(weights, 'settings.weights') }),
  }
}

function numbersOf(given: GivenSettings): Partial<FeedSettings> {
  const changes: Record<string, number> = {}
  for (const [name, path] of numbers) {
    const value = given[name]
    if (value === undefined) continue
    const [group, key] = path.split('.') as [string, string]
    if (!configSchema.safeParse({ [group]: { [key]: value } }).success) {
      const field = `settings.${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
      throw new InvalidInput('OUT_OF_RANGE', field, `${path} is ${configured.find((each) => each.path === path)!.allowed}, not ${value}`)
    }
    changes[name] = value
  }
  return changes
}

/** All that a page was made with. */
export function settingsOf(query: FeedQuery, ranking: RankingSettings): GivenSettings {
  const { model, settings } = query
  const weights = model?.ranks === true ? weightsOf(model, givenWeights(query, ranking)) : []
  return {
    ...settings,
    bestLevel: settings.bestLevel ?? Level.LEVEL_FULL,
    weights: Object.fromEntries(weights.map((weight, task) => [model!.tasks[task]!, weight])),
  }
}
