import { Video, VideoState } from '../../server/src/generated/vireo/v1/catalog.ts'
import { UserVideoEvent_EventType as Type, UserVideoEvent } from '../../server/src/generated/vireo/v1/events.ts'
import { seededRandom } from '../../server/src/random.ts'
import { random, whole } from './random.ts'

/** Named as those of the sample, so that its models know them. */
const categories = 67
const creatorEach = 12
const audioEach = 5
const titleWords = 50_000
const syllables = [...'bdfgklmnprst'].flatMap((consonant) => [...'aeiou'].map((vowel) => consonant + vowel))
const yearS = 365 * 86_400
/** Median of lengths in ms, and their spread as a natural logarithm. */
const medianLengthMs = 18_000
const lengthSpread = 0.8

/** As long as ids of large catalogues are. */
export const videoId = (n: number): string => String(7_100_000_000_000_000_000n + BigInt(n) * 1_000_003n)

/** The nth video of a catalogue that nobody has: always the same, cleared, uploaded within the last year. */
export function syntheticVideo(n: number, count: number, nowS: number): Video {
  const own = seededRandom(n, 17, 29, 31)
  const words = seededRandom(n, 37, 41, 43)
  const length = medianLengthMs * Math.exp(lengthSpread * normal(own(), own()))
  return Video.fromPartial({
    videoId: videoId(n),
    creatorId: `creator-${Math.floor((own() * count) / creatorEach)}`,
    title: `A synthetic video, number ${n}, about ${titleWord(words)}, ${titleWord(words)} and ${titleWord(words)}`,
    contentUrl: `https://videos.example/${n}.mp4`,
    thumbnailUrl: `https://videos.example/${n}.jpg`,
    lengthMs: Math.min(600_000, Math.max(3_000, Math.round(length))),
    categories: [{ name: categoryOf(n), confidence: 0.9, source: 'benchmark' }],
    audioId: `audio-${Math.floor((own() * count) / audioEach)}`,
    uploadTime: { seconds: BigInt(nowS - Math.floor(own() * yearS)), nanos: 0 },
    state: VideoState.VIDEO_STATE_CLEARED,
  })
}

/** What people of `people` watched of the first `active` videos: each mostly in a category of their own, all by popularity. */
export function syntheticWatches(count: number, people: number, active: number): UserVideoEvent[] {
  return Array.from({ length: count }, (_, n) => {
    // Ten in a row of one person, as people watch.
    const person = Math.floor(n / 10) % people
    let video = popular(active)
    for (let tries = 0; tries < 20 && categoryOf(video) !== categoryOf(person); tries++) video = popular(active)
    return UserVideoEvent.fromPartial({
      evtType: Type.Watch,
      userid: syntheticPerson(person),
      videoId: videoId(video),
      eventId: `watch-${n}`,
      watchMs: whole(40_000),
    })
  })
}

/** After Zipf, out of 50,000 words. */
export function titleWord(from: () => number = random): string {
  let word = ''
  for (let rank = Math.floor(titleWords ** from()) + syllables.length; rank > 0; rank = Math.floor(rank / syllables.length)) {
    word += syllables[rank % syllables.length]!
  }
  return word
}

export const syntheticPerson = (n: number): string => `person-${n}`

/** A few categories are large, most are small. */
export function categoryOf(n: number): string {
  const share = seededRandom(n, 5, 7, 11)()
  return String(Math.floor(categories ** share))
}

/** After Zipf: the nth video is watched in proportion to 1 / n. */
const popular = (active: number): number => Math.floor(active ** random()) - 1

/** Box-Muller. */
const normal = (u: number, v: number): number => Math.sqrt(-2 * Math.log(u || Number.MIN_VALUE)) * Math.cos(2 * Math.PI * v)
