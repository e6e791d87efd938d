import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { drawn, frames } from '../scripts/clips/clip.ts'
import { mostPosterBytes } from '../scripts/clips/encode.ts'
import { motions } from '../scripts/clips/motions.ts'
import { clipCategories, clipName, generatedClip, variationsOf } from '../server/src/importing/generated-clips.ts'

const root = join(import.meta.dirname, '..')
const clips = join(root, 'web/public/clips')
const kept = readdirSync(clips)

/** Of two frames, the mean difference of a byte. */
function difference(one: Uint8Array, other: Uint8Array): number {
  assert.equal(one.length, other.length)
  return one.reduce((sum, byte, at) => sum + Math.abs(byte - other[at]!), 0) / one.length
}

test('a clip is drawn the same each time, and other than those of other categories, variations and times', () => {
  const frame = drawn({ category: 12, variation: 1 })(30)
  assert.deepEqual(drawn({ category: 12, variation: 1 })(30), frame)
  for (const [clip, at] of [
    [{ category: 13, variation: 1 }, 30],
    [{ category: 12, variation: 2 }, 30],
    [{ category: 12, variation: 1 }, 70],
  ] as const) {
    assert.ok(difference(frame, drawn(clip)(at)) > 1)
  }
})

test('a clip of every motion loops: where its last frame is followed by another, that is its first', () => {
  for (let category = 0; category < Object.keys(motions).length; category++) {
    const frame = drawn({ category, variation: 1 })
    assert.ok(difference(frame(frames), frame(0)) < 0.01, `category ${category} jumps`)
  }
})

test('every video of the sample has an address of its own, at a clip of its first category', () => {
  const rows = gunzipSync(readFileSync(join(root, 'data/kuairand-pure/video_features_basic_pure.csv.gz'))).toString()
  const [head, ...lines] = rows.trim().split('\n')
  assert.match(head!, /^video_id,.*,tag$/)
  const addresses = new Set<string>()
  const categories = new Set(['0'])
  for (const line of lines) {
    // Several tags are in quotes; the columns before have no commas.
    const [videoId, ...columns] = line.trim().split(',')
    const tags = columns.slice(10).join().replaceAll('"', '').split(',').filter(Boolean)
    const { contentUrl, thumbnailUrl } = generatedClip(videoId!, tags)
    const [name, fragment] = contentUrl.split('.webm')
    assert.ok(name!.startsWith(`/clips/${tags[0] ?? 0}-`) && kept.includes(`${basename(name!)}.webm`), contentUrl)
    assert.match(fragment!, /^#hue=-?\d+&saturation=\d+&video=\d+$/)
    assert.equal(thumbnailUrl, `${name}.webp`)
    addresses.add(contentUrl)
    for (const tag of tags) categories.add(tag)
  }
  assert.equal(addresses.size, 7_583)
  assert.deepEqual(
    [...categories].map(Number).toSorted((a, b) => a - b),
    clipCategories,
  )
})

test('each variation of each category has a clip and a poster of 3 KB at most, all of them 6 MB', () => {
  const expected = clipCategories.flatMap((category) =>
    Array.from({ length: variationsOf(category) }, (_, at) => clipName(category, at + 1)).flatMap((name) => [
      `${name}.webm`,
      `${name}.webp`,
    ]),
  )
  assert.deepEqual(kept.toSorted(), expected.toSorted())
  const bytes = new Map(kept.map((name) => [name, statSync(join(clips, name)).size]))
  assert.ok([...bytes.values()].reduce((sum, size) => sum + size) <= 6_000_000)
  assert.deepEqual(
    kept.filter((name) => name.endsWith('.webp') && bytes.get(name)! > mostPosterBytes),
    [],
  )
})
