import { InvalidInput } from '../errors.ts'
import { checkId } from '../events/validate.ts'
import { type Video, VideoState } from '../generated/vireo/v1/catalog.ts'
import type { Catalog } from './catalog.ts'

const longestTitle = 1_000
const longestAddress = 4_096
const mostCategories = 32
const mostHashtags = 64
const mostCountries = 250
const mostDimensions = 4_096
/** Of tags of languages and countries. */
const longestTag = 64
const oldest = 150
/** Columns hold categories, languages and sets of countries as 16-bit numbers. */
const mostNames = 65_000
const longestMs = 2 ** 31 - 1
const latestS = 2 ** 32 - 1

/** Throws `InvalidInput` for a video that can't be accepted. */
export function checkVideo(video: Video, idLength: number, catalog: Catalog): void {
  checkId('video_id', video.videoId, idLength)
  if (video.creatorId !== '') checkId('creator_id', video.creatorId, idLength)
  if (video.audioId !== '') checkId('audio_id', video.audioId, idLength)
  checkLength('title', video.title, longestTitle)
  checkLength('content_url', video.contentUrl, longestAddress)
  checkLength('thumbnail_url', video.thumbnailUrl, longestAddress)
  checkCount('categories', video.categories, mostCategories)
  checkCount('hashtags', video.hashtags, mostHashtags)
  checkCount('countries', video.countries, mostCountries)
  checkCount('embedding', video.embedding, mostDimensions)
  checkLength('language', video.language, longestTag)
  for (const country of video.countries) checkLength('countries', country, longestTag)
  for (const hashtag of video.hashtags) checkId('hashtags', hashtag, idLength)
  for (const { name, confidence, source } of video.categories) {
    checkId('categories.name', name, idLength)
    if (source !== '') checkId('categories.source', source, idLength)
    if (!(confidence >= 0 && confidence <= 1)) throw new InvalidInput('OUT_OF_RANGE', 'categories.confidence', 'A confidence is 0 to 1')
  }
  if (video.lengthMs !== undefined && (video.lengthMs <= 0 || video.lengthMs > longestMs)) {
    throw new InvalidInput('OUT_OF_RANGE', 'length_ms', 'A length is 1 ms or more; leave it out where it is unknown')
  }
  if (video.ageRating < 0 || video.ageRating > oldest)
    throw new InvalidInput('OUT_OF_RANGE', 'age_rating', `An age rating is 0 to ${oldest} years`)
  const { seconds } = video.uploadTime ?? { seconds: 0n }
  if (seconds < 0n || seconds > latestS) throw new InvalidInput('OUT_OF_RANGE', 'upload_time', 'An upload time lies between 1970 and 2106')
  if (!video.embedding.every(Number.isFinite)) throw new InvalidInput('NOT_FINITE', 'embedding', 'An embedding holds finite numbers only')
  if (video.state < 0 || video.state >= VideoState.VIDEO_STATE_REMOVED) {
    throw new InvalidInput('STATE_INVALID', 'state', 'A video is put as pending, cleared or taken down; remove it with RemoveVideo')
  }
  const names = video.categories.map(({ name }) => name)
  if (catalog.categories.size + names.length > mostNames && names.some((name) => catalog.categories.find(name) < 0)) {
    throw new InvalidInput('TOO_MANY_CATEGORIES', 'categories', `There are ${mostNames} categories already: use one of them`)
  }
  if (catalog.languages.size > mostNames && catalog.languageNumber(video.language) < 0) {
    throw new InvalidInput('TOO_MANY_LANGUAGES', 'language', `There are ${mostNames} languages already: use one of them`)
  }
  if (!catalog.hasRoomForCountries(video.countries, mostNames)) {
    throw new InvalidInput('TOO_MANY_COUNTRY_SETS', 'countries', `There are ${mostNames} sets of countries already: use one of them`)
  }
  catalog.ids.check('video_id', video.videoId)
  catalog.creators.check('creator_id', video.creatorId)
  catalog.audios.check('audio_id', video.audioId)
  for (const name of names) catalog.categories.check('categories.name', name)
}

function checkLength(field: string, text: string, most: number): void {
  if (text.length > most) throw new InvalidInput('TEXT_TOO_LONG', field, `${field} has ${text.length} characters; at most ${most} are kept`)
}

function checkCount(field: string, list: readonly unknown[], most: number): void {
  if (list.length > most) throw new InvalidInput('TOO_MANY', field, `${field} has ${list.length} entries; at most ${most} are kept`)
}
