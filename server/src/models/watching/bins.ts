import { binsPerColumn } from './binned-drift.ts'

/** Half an octave each: of odds from 2^-12, of times from 2^7 ms. What lies beyond is in the outermost. */
const perOctave = 2
const leastOdds = 2 ** -12
const leastMs = 2 ** 7

const binOf = (value: number, least: number) => Math.max(0, Math.min(binsPerColumn - 1, Math.floor(perOctave * Math.log2(value / least))))
/** The middle of a bin, on the scale of logarithms. */
const middleOf = (bin: number, least: number) => least * 2 ** ((bin + 0.5) / perOctave)

/** Where a chance, 0 to 1, or a time in ms is counted. */
export const predictionBin = (isTime: boolean, value: number): number =>
  isTime ? binOf(value, leastMs) : binOf(value / (1 - value), leastOdds)

/** About the value below which a share of the counted lies; undefined without any. */
export function quantile(isTime: boolean, counts: readonly number[], share: number): number | undefined {
  const wanted = share * counts.reduce((total, each) => total + each, 0)
  let seen = 0
  for (const [bin, each] of counts.entries()) {
    seen += each
    if (each === 0 || seen < wanted) continue
    if (isTime) return middleOf(bin, leastMs)
    const odds = middleOf(bin, leastOdds)
    return odds / (1 + odds)
  }
  return undefined
}

/** Where a feature's value, a whole number, is counted: below zero, zero, and an octave each. */
export const featureBin = (value: number): number => (value < 0 ? 0 : value === 0 ? 1 : 33 - Math.clz32(Math.min(value, 2 ** 31 - 1)))

/** The least value of a bin of `featureBin`; what is below zero is all in the first. */
export const featureBinFrom = (bin: number): number => (bin === 0 ? Number.MIN_SAFE_INTEGER : bin === 1 ? 0 : 2 ** (bin - 2))
