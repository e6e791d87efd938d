import { longViewMs } from '../server/src/people/outcomes.ts'
import type { Random } from '../server/src/random.ts'
import type { RecordedVideo, RecordedWatch } from './recorded.ts'

/** What decides whether somebody watches a video. */
export interface Appeal extends Pick<RecordedVideo, 'categories' | 'lengthMs'> {
  /** How much better than others of its kind, in logits. */
  readonly quality: number
}

const epochs = 12
const rate = 0.02
/** Precisions of the effects' normal priors around 0: chosen by the likelihood of a day that was left out. */
const precision = { person: 1, video: 3, category: 1, length: 1, interest: 2 }
/** Upper ends of the classes of length, in s; unknown is a class of its own. */
const lengthEnds = [8, 12, 18, 30, 60, 120, Number.POSITIVE_INFINITY]

/** Effects by name, in logits. */
class Effects {
  readonly #numbers = new Map<string, number>()
  readonly #values: number[] = []
  readonly #counts: number[] = []
  readonly #precision: number

  constructor(precision: number) {
    this.#precision = precision
  }

  /** The number of a name that occurs once more. */
  add(name: string): number {
    let number = this.#numbers.get(name)
    if (number === undefined) {
      number = this.#values.push(0) - 1
      this.#counts.push(0)
      this.#numbers.set(name, number)
    }
    this.#counts[number]!++
    return number
  }

  at(number: number): number {
    return this.#values[number]!
  }

  /** 0 where nothing is known. */
  of(name: string): number {
    return this.#values[this.#numbers.get(name) ?? -1] ?? 0
  }

  /** Of all that occurred so often. */
  known(least: number): number[] {
    return this.#values.filter((_, number) => this.#counts[number]! >= least)
  }

  /** A step of stochastic gradient descent on one of the rows in which the name occurs. */
  learn(number: number, gradient: number): void {
    this.#values[number]! += rate * (gradient - (this.#precision / this.#counts[number]!) * this.#values[number]!)
  }
}

/**
 * The chance that a person watches a video long: a logistic regression with an effect of each person, video, category, class
 * of length, and person in a category. It knows nothing of who watched what together or of what is popular, by which
 * the server orders.
 */
export class Taste {
  #base = 0
  readonly #people = new Effects(precision.person)
  readonly #videos = new Effects(precision.video)
  readonly #categories = new Effects(precision.category)
  readonly #lengths = new Effects(precision.length)
  readonly #interests = new Effects(precision.interest)

  /** The same watches and random numbers give the same taste. */
  static fitted(watches: readonly RecordedWatch[], random: Random): Taste {
    const taste = new Taste()
    const rows = watches.map(({ person, video, watchMs }) => ({
      person: taste.#people.add(person),
      video: taste.#videos.add(video.id),
      length: taste.#lengths.add(lengthClass(video.lengthMs)),
      categories: video.categories.map((name) => taste.#categories.add(name)),
      interests: video.categories.map((name) => taste.#interests.add(interestOf(person, name))),
      long: isLong(watchMs, video.lengthMs) ? 1 : 0,
    }))
    const share = (rows.reduce((sum, { long }) => sum + long, 0) + 1) / (rows.length + 2)
    taste.#base = Math.log(share / (1 - share))
    for (let step = 0; step < epochs * rows.length; step++) {
      const { person, video, length, categories, interests, long } = rows[Math.floor(random() * rows.length)]!
      let logit = taste.#base + taste.#people.at(person) + taste.#videos.at(video) + taste.#lengths.at(length)
      for (const category of categories) logit += taste.#categories.at(category) / categories.length
      for (const interest of interests) logit += taste.#interests.at(interest) / interests.length
      const gradient = long - logistic(logit)
      taste.#people.learn(person, gradient)
      taste.#videos.learn(video, gradient)
      taste.#lengths.learn(length, gradient)
      for (const category of categories) taste.#categories.learn(category, gradient / categories.length)
      for (const interest of interests) taste.#interests.learn(interest, gradient / interests.length)
    }
    return taste
  }

  /** Of a long view, 0 to 1. Somebody unknown has the taste of all. */
  chance(person: string, { categories, lengthMs, quality }: Appeal): number {
    let logit = this.#base + this.#people.of(person) + this.#lengths.of(lengthClass(lengthMs)) + quality
    for (const name of categories) {
      logit += (this.#categories.of(name) + this.#interests.of(interestOf(person, name))) / categories.length
    }
    return logistic(logit)
  }

  /** Of a video that was watched; 0 where nothing is known. */
  qualityOf(video: string): number {
    return this.#videos.of(video)
  }

  /** Of all videos with at least so many watches. */
  qualities(leastWatches: number): number[] {
    return this.#videos.known(leastWatches)
  }
}

/** As the product counts it. */
export const isLong = (watchMs: number, lengthMs: number | undefined): boolean => watchMs >= Math.min(lengthMs ?? longViewMs, longViewMs)

/** Also for how long people stay. */
export const lengthClass = (lengthMs: number | undefined): string =>
  lengthMs === undefined ? 'unknown' : String(lengthEnds.findIndex((endS) => lengthMs < endS * 1_000))

const interestOf = (person: string, category: string) => `${person}|${category}`

const logistic = (logit: number) => 1 / (1 + Math.exp(-logit))
