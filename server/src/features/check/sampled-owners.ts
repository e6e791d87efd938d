import { hash } from 'node:crypto'
import type { KeyPart } from '../tiles/entity-kind.ts'

/** Above all marks. */
const aboveAll = 'g'
const markDigits = 8

/** A place among all owners, by chance and the same for the same seed: hexadecimal digits, which `markSql` makes too. */
const markOf = (owner: KeyPart, seed: number): string => hash('md5', `${seed} ${owner}`).slice(0, markDigits)

const markSql = (column: string, seed: number): string => `substr(md5(concat('${seed} ', ${column})), 1, ${markDigits})`

export interface MarkedOwner {
  readonly owner: KeyPart
  readonly mark: string
}

/**
 * A share of owners that is drawn by their ids alone, so that whoever else knows them draws the same: those whose mark
 * is below a limit.
 */
export class OwnerSample {
  /** Marks of the sample are below this. */
  readonly end: string
  readonly #seed: number

  /** About `most` out of `count`. */
  constructor(most: number, count: number, seed: number) {
    this.end =
      most >= count
        ? aboveAll
        : Math.floor((most / count) * 16 ** markDigits)
            .toString(16)
            .padStart(markDigits, '0')
    this.#seed = seed
  }

  /** Undefined for one who is not in the sample. */
  marked(owner: KeyPart): MarkedOwner | undefined {
    const mark = markOf(owner, this.#seed)
    return mark < this.end ? { owner, mark } : undefined
  }

  /** Holds for those with marks from `from` up to, not including, `to`. */
  betweenSql(column: string, from: string, to: string): string {
    const mark = markSql(column, this.#seed)
    return `${mark} >= '${from}' AND ${mark} < '${to}'`
  }
}
