import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, type TestContext, test } from 'node:test'
import { encoded } from '../../encoded.ts'
import { Video } from '../../generated/vireo/v1/catalog.ts'
import { openStateDatabase, type StateDatabase, type StateRow } from './state-database.ts'
import { EmbeddedVideoTexts } from './video-texts.ts'

const folder = mkdtempSync(join(tmpdir(), 'vireo-titles-'))
after(() => rmSync(folder, { recursive: true }))
let files = 0
const newFile = () => join(folder, `${files++}.sqlite`)

async function opened(t: TestContext, file: string): Promise<StateDatabase> {
  const state = await openStateDatabase(file)
  t.after(() => state.close())
  return state
}

const never = new AbortController().signal
const found = (state: StateDatabase, words: string) => state.find('videos', words, 10, never)

const titled = (titles: Readonly<Record<string, string>>): StateRow[] =>
  Object.entries(titles).map(([videoId, title]) => ['videos', videoId, encoded(Video, Video.create({ videoId, title }))])

test('a video is found by words of its title in any order, whatever their case and accents, the latest arrival first', async (t) => {
  const state = await opened(t, newFile())
  await state.commit(titled({ a: 'Über den Wolken', b: 'Wolken, foo-bar', c: 'Über alles', d: '' }), [])
  const find = (words: string) => found(state, words)
  assert.deepEqual(await find('wolken'), ['b', 'a'])
  assert.deepEqual(await find('WOLKEN uber'), ['a'])
  assert.deepEqual(await find('foo-bar'), ['b'])
  for (const odd of ['', '  ', '"', '"" AND', '(', 'a*b:^', '\0', "';--"]) assert.deepEqual(await find(odd), [], JSON.stringify(odd))
  assert.deepEqual(await state.find('videos', 'wolken', 1, never), ['b'])
})

test('the last word may be the beginning of one, from three letters on', async (t) => {
  const state = await opened(t, newFile())
  await state.commit(titled({ a: 'Über den Wolken', b: 'Wolke sieben', c: 'Woll' }), [])
  const find = (words: string) => found(state, words)
  assert.deepEqual(await find('WÓL'), ['c', 'b', 'a'])
  assert.deepEqual(await find('uber wolk'), ['a'])
  assert.deepEqual(await find('wolk uber'), [])
  assert.deepEqual(await find('wo'), [])
})

test('a search that nobody waits for any more is given up', async (t) => {
  const state = await opened(t, newFile())
  await state.commit(titled({ a: 'one' }), [])
  const leaving = new AbortController()
  const search = state.find('videos', 'one', 1, leaving.signal)
  leaving.abort()
  await assert.rejects(search, { name: 'AbortError' })
  assert.deepEqual(await found(state, 'one'), ['a'])
  await state.close()
  await assert.rejects(found(state, 'one'), { code: 'STATE_CLOSED' })
})

test('another title takes the place of the one before', async (t) => {
  const state = await opened(t, newFile())
  await state.commit(titled({ a: 'one', b: 'one' }), [])
  await state.commit(titled({ a: 'two' }), [])
  assert.deepEqual([await found(state, 'one'), await found(state, 'two')], [['b'], ['a']])
})

test('titles of a file that is older than their index are found once it is opened', async (t) => {
  const file = newFile()
  const before = await openStateDatabase(file)
  await before.commit(titled({ a: 'first', b: 'second' }), [])
  await before.close()
  const database = new DatabaseSync(file)
  database.exec('DROP TABLE words_videos')
  database.close()
  const state = await opened(t, file)
  assert.deepEqual(await found(state, 'second'), ['b'])
})

test('a video that is asked for again is in memory, and not for having been read once by who goes through all', () => {
  let reads = 0
  const row = encoded(Video, Video.create({ videoId: 'a', title: 'A' }))
  const get = () => {
    reads++
    return row
  }
  const texts = new EmbeddedVideoTexts({ get } as unknown as StateDatabase)
  for (let nth = 0; nth < 2; nth++) assert.equal(texts.getOnce('a')?.title, 'A')
  assert.equal(reads, 2)
  for (let nth = 0; nth < 2; nth++) assert.equal(texts.get('a')?.title, 'A')
  assert.equal(reads, 3)
})
