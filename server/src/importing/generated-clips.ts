import { hash64 } from '../hash.ts'

/** Categories of KuaiRand-Pure for which `scripts/make-clips.ts` makes clips. 0 stands for none of them. */
export const clipCategories: readonly number[] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 34, 35, 36, 37, 38, 39,
  40, 42, 43, 54, 56, 60, 62, 65, 67, 68,
]

const byTag: ReadonlyMap<string, number> = new Map(clipCategories.map((category) => [String(category), category]))

/** Each has more than 300 of the sample's videos. */
const frequent: ReadonlySet<number> = new Set([3, 6, 7, 9, 12, 20, 39])
/** A clip's variations are numbered from 1 to this. */
export const variationsOf = (category: number) => (frequent.has(category) ? 4 : 2)

export const clipName = (category: number, variation: number) => `${category}-${variation}`

/**
 * Where to find a generated clip for a video that has no media, relative to the server: `/clips/39-2.webm#hue=-12&saturation=92&video=5239`.
 * Its first category chooses the look, a hash of its id the rest: the variation, and by how many degrees a player
 * turns the hues and to how many percent it takes the saturation. The id makes the address this video's alone: videos with one address would be copies of each other.
 */
export function generatedClip(videoId: string, categories: readonly string[]) {
  const category = byTag.get(categories[0] ?? '') ?? 0
  const { high, low } = hash64(videoId)
  const name = clipName(category, 1 + (low % variationsOf(category)))
  const saturation = 76 + 2 * (high % 25)
  const hue = ((high >>> 16) % 31) - 15
  return {
    contentUrl: `/clips/${name}.webm#hue=${hue}&saturation=${saturation}&video=${encodeURIComponent(videoId)}`,
    thumbnailUrl: `/clips/${name}.webp`,
  }
}
