import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { firstStart, nextStarts } from '../bench/player/starts.ts'
import { openPlayer, playing, vireoWithCrowd } from './player-for-tests.ts'

const built = (path: string) => readFileSync(fileURLToPath(new URL(`../web/dist/${path}`, import.meta.url)))
const mostScriptBytes = 61_440
/** Many times the figures of docs/player.md: a busy machine is no reason to fail, another order of magnitude is. */
const generousMs = { first: 5_000, next: 1_000 }

/** All scripts that are loaded before the first video: the entry's, and what those import outright. */
function scriptsOf(html: string): Set<string> {
  const scripts = new Set(Array.from(html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g), ([, path]) => path!))
  for (const path of scripts)
    for (const [, name] of built(path)
      .toString()
      .matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g))
      scripts.add(`assets/${name}`)
  return scripts
}

test('the player needs at most 60 KB of script, compressed', () => {
  const scripts = scriptsOf(built('index.html').toString())
  const bytes = [...scripts].reduce((sum, path) => sum + gzipSync(built(path), { level: 9 }).length, 0)
  assert.ok(scripts.size > 0 && bytes > 10_000 && bytes <= mostScriptBytes, `${bytes} bytes of ${[...scripts].join(', ')}`)
})

test('the first video starts soon and the next ones at once, and nobody else is asked for anything', async (t) => {
  const { doors, page, problems } = await openPlayer(t, await vireoWithCrowd(t))
  await playing(page)
  const asked = new Set<string>()
  page.on('request', (request) => asked.add(new URL(request.url()).origin))
  const first = await firstStart(page, `${doors.url}/?person=bob`)
  const next = await nextStarts(page, 8)
  assert.ok(first < generousMs.first && Math.max(...next) < generousMs.next, JSON.stringify({ first, next }))
  assert.deepEqual([...asked], [doors.url])
  const policy = (await page.request.get(doors.url)).headers()['content-security-policy']!
  assert.match(policy, /default-src 'self'/)
  assert.doesNotMatch(policy, /unsafe/)
  assert.deepEqual(problems, [])
})
