import { parentPort, workerData } from 'node:worker_threads'
import { openForReading } from './database-file.ts'
import type { WordAnswer, WordQuestion } from './word-search.ts'

/** From so many letters on the last word may be the beginning of one. */
const leastBeginning = 3
/** Words that begin so which are looked for, in the order of the alphabet: a rarer beginning would have found less. */
const mostWords = 128
/** Is in no word, and comes before whatever may follow in one. */
const separator = '\u0001'

const db = openForReading(workerData as string)
const port = parentPort!

port.on('message', (question: WordQuestion | 'close') => {
  if (question === 'close') {
    db.close()
    port.close()
    return
  }
  port.postMessage(answerTo(question))
})

function answerTo({ id, most, table, words }: WordQuestion): WordAnswer {
  try {
    return { id, keys: find(table, words, most) }
  } catch (error) {
    return { id, failure: (error as Error).message }
  }
}

/** Of the rows that have all of the words, the last that came first. */
function find(table: string, words: string, most: number): string[] {
  const wanted = words.split(/[\s"\0]+/).filter((word) => word !== '')
  if (wanted.length === 0) return []
  const last = wanted.pop()!
  const match = [...wanted.map(quoted), `(${[last, ...beginningWith(table, last)].map(quoted).join(' OR ')})`].join(' AND ')
  const select = db.prepare(
    `SELECT key FROM words_${table} AS words JOIN rows_${table} AS texts ON texts.id = words.rowid
    WHERE words.text MATCH ? ORDER BY words.rowid DESC LIMIT ?`,
  )
  return select.all(match, most).map(({ key }) => key as string)
}

/**
 * The words of the index that begin so: SQLite gives the titles of words one by one, but those of a beginning only when it
 * has all of them.
 */
function beginningWith(table: string, text: string): string[] {
  // As the index has its words: without case and accents.
  const beginning = text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase()
  if (beginning.length < leastBeginning || /[^\p{L}\p{N}]/u.test(beginning)) return []
  db.exec(`CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary_${table} USING fts5vocab(main, words_${table}, instance)`)
  const select = db.prepare(`SELECT term FROM temp.vocabulary_${table} WHERE term >= ? LIMIT 1`)
  const found: string[] = []
  for (let from = beginning; found.length < mostWords; from = `${found.at(-1)}${separator}`) {
    const word = select.get(from)?.term as string | undefined
    if (!word?.startsWith(beginning)) break
    found.push(word)
  }
  return found
}

/** A text to SQLite, whatever is in it. */
const quoted = (word: string) => `"${word}"`
