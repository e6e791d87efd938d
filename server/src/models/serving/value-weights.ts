import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { InvalidInput } from '../../errors.ts'
import { tasks } from '../tasks.ts'
import type { ServingModel } from './serving-model.ts'

const chances = tasks.filter((task) => task !== 'watch_ms')
export type Weights = Readonly<Partial<Record<(typeof chances)[number], number>>>

const weights = z.partialRecord(z.enum(chances), z.number()).refine((given) => Object.values(given).some((weight) => weight !== 0), {
  error: 'must weigh something',
})
const schema = z.strictObject({
  default: weights.optional(),
  surfaces: z.record(z.string(), weights).prefault({}),
  arms: z.record(z.string(), weights).prefault({}),
})

/** What each task's chance counts in the value: by arm of the experiment, else by surface, else for all. */
export class ValueWeights {
  readonly #given: z.infer<typeof schema>

  constructor(given: z.infer<typeof schema>) {
    this.#given = given
  }

  /** Undefined where those of the model count. */
  of(surface: string, arm: string): Weights | undefined {
    return this.#given.arms[arm] ?? this.#given.surfaces[surface] ?? this.#given.default
  }
}

/** What each task of a model counts. */
export const weightsOf = ({ tasks, weights }: Pick<ServingModel, 'tasks' | 'weights'>, given: Weights | undefined): readonly number[] =>
  given === undefined ? weights : tasks.map((task) => given[task as keyof Weights] ?? 0)

/** Weights that somebody gives for one request. Throws `WEIGHTS_WRONG`. */
export function checkWeights(given: Readonly<Record<string, number>>, field: string): Weights {
  const parsed = weights.safeParse(given)
  if (parsed.success) return parsed.data
  throw new InvalidInput('WEIGHTS_WRONG', field, `These are no weights of the value: ${issuesOf(parsed.error)}`)
}

/** The file's weights; those of the model everywhere where no file is named. Throws `WEIGHTS_WRONG`. */
export function readValueWeights(file: string): ValueWeights {
  if (file === '') return new ValueWeights({ surfaces: {}, arms: {} })
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw wrong(file, (error as Error).message)
  }
  const parsed = schema.safeParse(content)
  if (parsed.success) return new ValueWeights(parsed.data)
  throw wrong(file, issuesOf(parsed.error))
}

const issuesOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`).join('; ')

const wrong = (file: string, why: string) =>
  new InvalidInput('WEIGHTS_WRONG', 'models.weights', `${file} has no weights of the value: ${why}`)

/**
 * The value y = Σ w·P of a video, as a number over 0, so that it has a logarithm: a negative weight counts the chance that
 * the thing does not happen, which moves y by the same for all videos.
 */
export function weighted(weight: readonly number[], chances: ArrayLike<number>): number {
  let value = 0
  for (let task = 0; task < weight.length; task++) {
    const each = weight[task]!
    if (each > 0) value += each * chances[task]!
    else if (each < 0) value -= each * (1 - chances[task]!)
  }
  return value
}
