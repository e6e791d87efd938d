// What TypeScript and Python must agree on. `node server/src/models/hashing-vectors-for-tests.ts && npm run format` writes it anew.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hash64 } from '../hash.ts'
import { rowOf, wordsOf } from './hashing.ts'

export const hashingVectorsFile = join(import.meta.dirname, '../../../training/tests/hashing-vectors.json')

const ids = [
  '',
  '0',
  'a',
  '712',
  'v-2022-05-05',
  'video',
  'videp',
  'a\0',
  'ÀÉÎ',
  'e\u0301',
  '视频',
  '東京タワー',
  '서울',
  '😀',
  '👩‍👩‍👧',
  'a😀b𝒳',
  '\ud83d',
  '\ude00\ud83d',
  'x'.repeat(1_000),
  '长'.repeat(257),
]
const tables = [
  { size: 2, seed: 1 },
  { size: 1_009, seed: 1 },
  { size: 16_384, seed: 2 },
  { size: 2 ** 31 - 1, seed: 1 },
]
const texts: readonly { readonly title: string; readonly hashtags: readonly string[] }[] = [
  { title: '', hashtags: [] },
  { title: 'How to bake BREAD, in 5 minutes!', hashtags: ['#Bread', 'baking'] },
  { title: 'bread bread  bread', hashtags: ['BREAD'] },
  { title: '今天吃什么？vlog第3天', hashtags: ['美食', '吃'] },
  { title: '東京タワーへ行く', hashtags: [] },
  { title: '서울 여행', hashtags: ['#여행'] },
  { title: 'ΟΔΟΣ İstanbul STRASSE straße ẞ', hashtags: [] },
  { title: 'so good 😂😂 ❤️ 𠮷野家', hashtags: ['#🔥'] },
  { title: 'a-b_c/d.e\u00a0f\u2003g「h」', hashtags: [] },
  { title: Array.from({ length: 20 }, (_, n) => `w${n}`).join(' '), hashtags: ['first'] },
]

export const hashingVectors = () => ({
  hashes: ids.flatMap((id) => [0, 1, 2, 2 ** 32 - 1].map((seed) => ({ id, seed, ...hash64(id, seed) }))),
  rows: ids.flatMap((id) => tables.map(({ size, seed }) => ({ id, size, seed, row: rowOf(id, size, seed) }))),
  words: texts.map(({ title, hashtags }) => ({ title, hashtags, words: wordsOf(title, hashtags) })),
})

/** A vector a line. */
const asText = () => {
  const lists = Object.entries(hashingVectors()).map(
    ([name, vectors]) => `  "${name}": [\n${vectors.map((vector) => `    ${JSON.stringify(vector)}`).join(',\n')}\n  ]`,
  )
  return `{\n${lists.join(',\n')}\n}\n`
}

if (import.meta.main) writeFileSync(hashingVectorsFile, asText())
