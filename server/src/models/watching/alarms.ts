import type { Log } from '../../log.ts'
import type { ModelReading } from './watched-model.ts'

/** From where on predictions have drifted (Siddiqi, Credit Risk Scorecards, 2006). */
export const mostPredictionIndex = 0.2

/** Features named in a line. */
const mostNamed = 5

interface Problem {
  readonly message: string
  readonly about: Readonly<Record<string, unknown>>
}

/** What is wrong with a model, each by a name of its own. */
function problemsOf({ model, tasks, features }: ModelReading): [string, Problem][] {
  const problems: [string, Problem][] = []
  for (const { task, ratio, isAlarm, predictionIndex } of tasks) {
    if (isAlarm)
      problems.push([`${model} ${task}`, { message: 'what comes is not what the model predicts', about: { model, task, ratio } }])
    if (hasDrifted(predictionIndex))
      problems.push([
        `${model} ${task} drift`,
        { message: 'what the model predicts has moved', about: { model, task, index: predictionIndex } },
      ])
  }
  const { moved } = features
  if (moved.length > 0)
    problems.push([
      model,
      { message: 'what the model is given has moved', about: { model, features: moved.length, furthest: moved.slice(0, mostNamed) } },
    ])
  return problems
}

export const hasDrifted = (predictionIndex: number | undefined): boolean => (predictionIndex ?? 0) > mostPredictionIndex

/** Says in the log what has begun to be wrong, once until it is right again. */
export class Alarms {
  readonly #log: Log
  #standing = new Set<string>()

  constructor(log: Log) {
    this.#log = log
  }

  tell(models: readonly ModelReading[]): void {
    const problems = new Map(models.flatMap(problemsOf))
    for (const [name, { about, message }] of problems) if (!this.#standing.has(name)) this.#log.warn(about, message)
    this.#standing = new Set(problems.keys())
  }
}
