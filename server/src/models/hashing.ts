import { hash64 } from '../hash.ts'

/** The name of all that this file does, in manifests. Another algorithm gets another name. */
export const hashingAlgorithm = 'cyrb53-low32'

/** How many words of a video a model is told of. */
export const wordsPerVideo = 16

/**
 * The row of an id in a table of `size` rows, at least 2: the low 32 bits of `hash64`, modulo `size - 1`, and 1, so that
 * row 0 is nobody's. It stands for "none", which the empty string is too.
 */
export function rowOf(id: string, size: number, seed: number): number {
  return id === '' ? 0 : 1 + (hash64(id, seed).low % (size - 1))
}

// Ranges instead of properties of Unicode, of which Python's regular expressions have none: everything but punctuation and symbols.
const run =
  /[0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\u2dff\u2e80-\u2fff\u3005-\u3007\u3021-\u302f\u3031-\ufdff\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc\u{10000}-\u{10ffff}]+/gu
const unspaced = '\\u3005-\\u3007\\u3031-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{323af}'
const sameScript = new RegExp(`[${unspaced}]+|[^${unspaced}]+`, 'gu')
const isUnspaced = new RegExp(`^[${unspaced}]`, 'u')

/**
 * The words of a video, hashtags first, in lower case, each once, at most `wordsPerVideo`. What is written without spaces
 * (Chinese, Japanese) is cut into overlapping pairs of characters.
 */
export function wordsOf(title: string, hashtags: readonly string[]): string[] {
  const words = new Set<string>()
  for (const [letters] of [...hashtags, title].join(' ').toLowerCase().matchAll(run)) {
    for (const [part] of letters.matchAll(sameScript)) {
      for (const word of isUnspaced.test(part) ? pairsOf([...part]) : [part]) words.add(word)
    }
  }
  return [...words].slice(0, wordsPerVideo)
}

const pairsOf = (characters: readonly string[]): string[] =>
  characters.length === 1 ? [...characters] : characters.slice(1).map((character, at) => `${characters[at]}${character}`)
