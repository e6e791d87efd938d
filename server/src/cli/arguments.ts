import { InvalidArgumentError } from 'commander'

/** A parser of whole numbers for commander. */
export const wholeNumber =
  (least: number, most = 2 ** 31 - 1) =>
  (text: string): number => {
    const number = Number(text)
    if (!/^-?\d+$/.test(text) || number < least || number > most)
      throw new InvalidArgumentError(`It takes a whole number, ${least} to ${most}.`)
    return number
  }

export function requestId(text: string): bigint {
  if (!/^\d{1,18}$/.test(text)) throw new InvalidArgumentError('It takes a whole number.')
  return BigInt(text)
}

/** For options that may be given more than once. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]
