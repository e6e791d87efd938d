import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { newFolder, serve, smallFolder, vireo } from './vireo.ts'

interface Checked {
  readonly view: string
  readonly compared?: string
  readonly differing?: string
  readonly differences?: readonly { readonly entity: readonly string[]; readonly live?: object; readonly stored?: object }[]
}

const checked = ({ out }: { readonly out: string }) => JSON.parse(out) as Checked[]
const compared = (views: readonly Checked[]) => views.reduce((total, each) => total + Number(each.compared ?? 0), 0)

test('what a running server counts is what SQL makes of the lake, and so it is without one', async (t) => {
  const server = await serve(['--no-sample', '--import', smallFolder()])
  t.after(() => server.kill())
  await vireo(['feed', 'ann'], server.env)
  const running = await vireo(['features', 'check', '--json'], server.env)
  assert.equal(running.code, 0, running.err)
  const views = checked(running)
  assert.ok(views.length > 30)
  for (const name of ['video_impressions', 'video_watches', 'person_watches', 'person_category_watches', 'length_watches']) {
    assert.ok(compared(views.filter(({ view }) => view === name)) > 0, name)
  }
  await server.stop()
  const { code, out, err } = await vireo(['features', 'check'], server.env)
  assert.equal(code, 0, err)
  assert.match(out, /^│ person_watches +│ 1 +│ \d/m)
  assert.match(out, /\d tiles compared, 0 differ\.\n$/)
})

test('of views and people that are named or drawn only those are compared', async () => {
  const env = { VIREO_DATA_DIR: join(newFolder(), 'data') }
  await vireo(['import', smallFolder()], env)
  const check = async (...args: readonly string[]) =>
    checked(await vireo(['features', 'check', '--json', '--views', 'person_watches', ...args], env))
  const [all, some, others] = [await check(), await check('--people', '5'), await check('--people', '5', '--seed', '1')]
  assert.deepEqual(
    all.map(({ view }) => view),
    ['person_watches'],
  )
  assert.ok(compared(some) > 0 && compared(some) < compared(all))
  assert.notDeepEqual(some, others)
  const { code, err } = await vireo(['features', 'check', '--views', 'moods'], env)
  assert.deepEqual([code, /^VIEW_INVALID: There is no view moods/m.test(err)], [3, true], err)
})

test('what is counted otherwise than it was recorded ends with 1 and is named, on either side', async () => {
  const env = { VIREO_DATA_DIR: join(newFolder(), 'data') }
  await vireo(['import', smallFolder()], env)
  const db = new DatabaseSync(join(env.VIREO_DATA_DIR, 'state.sqlite'))
  db.exec("DELETE FROM rows_tiles_person WHERE key = 'p3'")
  db.exec("UPDATE rows_tiles_creator_id SET value = (SELECT value FROM rows_tiles_creator_id WHERE key = 'c1') WHERE key = 'c2'")
  db.exec("UPDATE rows_tiles_category SET key = 'category 7' WHERE key = 'category 1'")
  db.close()
  const names = ['person_watches', 'creator_watches', 'category_watches', 'video_watches']
  const { code, out } = await vireo(['features', 'check', '--json', '--views', ...names], env)
  assert.equal(code, 1)
  const found = new Map(checked({ out }).map(({ view, differences = [] }) => [view, differences]))
  const sides = (view: string) => [...new Set(found.get(view)!.map(({ entity, live, stored }) => `${entity} ${!!live} ${!!stored}`))].sort()
  assert.deepEqual(sides('person_watches'), ['p3 false true'])
  assert.deepEqual(sides('category_watches'), ['category 1 false true', 'category 7 true false'])
  assert.deepEqual(sides('video_watches'), [])
  assert.match(
    (await vireo(['features', 'check'], env)).out,
    /^person_watches of \["p3"\], .* s from .*: counted nothing, in the lake \{"plays":\d/m,
  )
})
