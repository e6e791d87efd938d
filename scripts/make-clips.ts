// Draws and encodes the clips of web/public/clips, which stand in for the media that the sample doesn't have. Needs ffmpeg with libvpx
// and libwebp. Categories as arguments make only theirs: `node scripts/make-clips.ts 12 39`.
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { clipCategories, clipName, variationsOf } from '../server/src/importing/generated-clips.ts'
import { drawn } from './clips/clip.ts'
import { encodeClip, encodePoster } from './clips/encode.ts'

const folder = join(import.meta.dirname, '../web/public/clips')
const wanted = process.argv.slice(2).map(Number)
const unknown = wanted.filter((category) => !clipCategories.includes(category))
if (unknown.length > 0) throw new RangeError(`There are no clips of ${unknown.join()}; there are of ${clipCategories.join()}.`)

mkdirSync(folder, { recursive: true })
for (const category of wanted.length > 0 ? wanted : clipCategories) {
  for (let variation = 1; variation <= variationsOf(category); variation++) {
    const path = join(folder, clipName(category, variation))
    const frame = drawn({ category, variation })
    await encodePoster(frame, `${path}.webp`)
    await encodeClip(frame, `${path}.webm`)
    console.log(`${clipName(category, variation)}: ${statSync(`${path}.webm`).size} + ${statSync(`${path}.webp`).size} bytes`)
  }
}
