import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { newFolder, type Serving, serve, smallFolder, vireo } from './vireo.ts'

const folder = smallFolder()
let server: Serving
before(async () => {
  server = await serve(['--no-sample', '--import', folder])
})
after(() => server.stop())

const ask = (...args: readonly string[]) => vireo(args, server.env)
const json = async (...args: readonly string[]) => JSON.parse((await ask(...args, '--json')).out)
const run = promisify(execFile)

test('the three lines that the start prints work as they are, and the second changes the next page', async (t) => {
  const lines = server.said.split('\n').filter((line) => line.startsWith('curl '))
  assert.equal(lines.length, 3)
  if (!(await run('curl', ['--version']).catch(() => undefined))) return t.skip('there is no curl here')
  const answers = []
  for (const line of lines) answers.push(JSON.parse((await run('bash', ['-c', line])).stdout))
  const [page, sent, next] = answers
  assert.deepEqual(sent, { accepted: 1 })
  const watched = /"video_id":"([^"]+)"/.exec(lines[1]!)![1]
  const { videoTitle } = page.results.find(({ videoId }: { videoId: string }) => videoId === watched)
  assert.ok(next.results.some(({ reason }: { reason: string }) => reason === `Because you watched “${videoTitle}”`))
})

test('a page is a table for people and JSON for programs', async () => {
  const { code, out } = await ask('feed', 'ann', '--count', '5')
  assert.equal(code, 0)
  assert.match(out, /^For ann: page 0 of request \d+, level full\n/)
  assert.match(out, /│ # +│ video +│ title +│ creator +│ source +│ reason +│ stats +│/)
  assert.equal(out.match(/Film \d+/g)?.length, 5)
  const again = ['feed', 'bob', '--count', '3', '--request-id', '7']
  const page = await json(...again)
  assert.deepEqual([page.requestId, page.level, page.results.length], ['7', 'LEVEL_FULL', 3])
  assert.deepEqual(await json(...again), page)
})

test('explain tells the verdict, the stages, and when the video was served', async () => {
  const [{ videoId }] = (await json('feed', 'eve', '--count', '1')).results
  const { code, out } = await ask('explain', 'eve', videoId)
  assert.equal(code, 0)
  assert.match(out, /^Not shown: the filter already_seen removes it\.\nThe video is cleared\.\n/)
  assert.match(out, /│ filter +│ already_seen +│ would remove +│/)
  assert.match(out, /^Served last at \d{4}-.*: request \d+, page 0, position 1\.$/m)
  assert.equal((await json('explain', 'eve', videoId)).state, 'VIDEO_STATE_CLEARED')
})

test('what the server refuses ends with 3, in one line with the code', async () => {
  const { code, out, err } = await ask('explain', 'ann', 'nowhere')
  assert.deepEqual([code, out], [3, ''])
  assert.match(err, /^UNKNOWN_VIDEO: There is no video 'nowhere'.*Add it to the catalogue first\.\n$/)
})

test('a video is added, shown, taken down, restored and removed', async () => {
  const flags = [
    '--creator',
    'c9',
    '--title',
    'Soup',
    '--length-ms',
    '21000',
    '--category',
    'food:0.9',
    '--country',
    'DE',
    '--age-rating',
    '12',
  ]
  const added = await ask('video', 'add', 'soup', ...flags, '--upload-time', '2026-01-31T12:00:00Z', '--embedding', '0.5,-1')
  assert.deepEqual([added.code, added.out], [0, 'Added 1; left out 0.\n'])
  assert.partialDeepStrictEqual((await json('video', 'show', 'soup')).video, {
    creatorId: 'c9',
    lengthMs: 21_000,
    countries: ['DE'],
    ageRating: 12,
    uploadTime: '2026-01-31T12:00:00.000Z',
    embedding: [0.5, -1],
    state: 'VIDEO_STATE_PENDING',
  })
  const state = async () => /^state +(\S+)$/m.exec((await ask('video', 'show', 'soup')).out)?.[1]
  assert.equal((await ask('video', 'restore', 'soup')).code, 0)
  assert.equal(await state(), 'cleared')
  assert.deepEqual(await json('video', 'take-down', 'soup', '--reason', 'a complaint'), { videoId: 'soup', state: 'taken-down' })
  assert.equal(await state(), 'taken-down')
  assert.equal((await ask('video', 'remove', 'soup', '--yes')).code, 0)
  assert.equal(await state(), 'removed')
})

test('of a file of videos the lines that make no sense are named and left out', async () => {
  const file = join(newFolder(), 'videos.jsonl')
  const lines = [
    '{"video_id":"f1","title":"One"}',
    '{"broken',
    '{"video_id":"f2","colour":"red"}',
    '',
    '{"video_id":""}',
    '{"videoId":"f3","state":"pending"}',
  ]
  writeFileSync(file, lines.join('\n'))
  const { code, out, err } = await ask('video', 'add', '--file', file, '--state', 'cleared')
  assert.deepEqual([code, out], [3, 'Added 2; left out 3.\n'])
  assert.deepEqual(
    err
      .trim()
      .split('\n')
      .map((line) => /:(\d+) (\w+): /.exec(line)?.slice(1)),
    [
      ['2', 'MALFORMED_LINE'],
      ['3', 'MALFORMED_LINE'],
      ['5', 'ID_MISSING'],
    ],
  )
  const states = await Promise.all(['f1', 'f3'].map(async (id) => (await json('video', 'show', id)).video.state))
  assert.deepEqual(states, ['VIDEO_STATE_CLEARED', 'VIDEO_STATE_PENDING'])
})

test('status says what there is', async () => {
  assert.match((await ask('status')).out, /^ready +yes$/m)
  assert.equal((await json('status')).ready, true)
})

test('an import through the server is reported, and the same again does nothing', async () => {
  const more = newFolder()
  writeFileSync(join(more, 'videos.jsonl'), '{"video_id":"m1","state":"cleared"}\n{"title":"no id"}\n')
  const { code, out } = await ask('import', more)
  assert.equal(code, 0)
  assert.match(out, /^Imported: 1 rows are in/)
  assert.match(out, /ROW_MISSING_ID: 1/)
  assert.equal((await json('import', more)).phase, 'already_imported')
  assert.equal((await ask('import', join(more, 'nowhere'))).code, 3)
})
