import type { Catalog } from '../catalog/catalog.ts'
import { InvalidInput } from '../errors.ts'
import { checkId } from '../events/validate.ts'
import { Level, type RecsRequest, type RequestContext } from '../generated/vireo/v1/feed.ts'
import { hash64 } from '../hash.ts'
import type { ServingModel } from '../models/serving/serving-model.ts'
import type { PersonState } from '../people/person-state.ts'
import { type Random, seededRandom } from '../random.ts'
import type { FeedQuery, FeedSettings } from './feed-pipeline.ts'
import { type AdSlots, freePlaces } from './selectors/ad-slots.ts'

export interface RequestLimits {
  readonly idLength: number
  readonly defaultCount: number
  readonly maxCount: number
  readonly defaultAge: number
  readonly ads: AdSlots
}

/** Names of surfaces travel inside tracking tokens. */
const surfaceName = /^[\w-]{1,32}$/
const mostShown = 100
const longestText = 64
const oldest = 150

/** Throws `InvalidInput` for a request that can't be answered. */
export function checkRequest(request: RecsRequest, limits: RequestLimits): void {
  checkId('userid', request.userid, limits.idLength)
  if (request.pageNumber < 0) throw new InvalidInput('PAGE_NEGATIVE', 'page_number', 'Pages are numbered from 0')
  if (request.resultPerPage < 0 || request.resultPerPage > limits.maxCount) {
    const message = `${request.resultPerPage} results asked for; 1 to ${limits.maxCount} are possible, or 0 for ${limits.defaultCount}`
    throw new InvalidInput('COUNT_OUT_OF_RANGE', 'result_per_page', message)
  }
  if (request.context !== undefined) checkContext(request.context, limits)
}

function checkContext(context: RequestContext, { idLength }: RequestLimits): void {
  if (context.surface !== '' && !surfaceName.test(context.surface)) {
    throw new InvalidInput('SURFACE_INVALID', 'context.surface', 'A surface is named by 1 to 32 letters, digits, _ and -')
  }
  for (const field of ['device', 'language', 'country', 'timeZone'] as const) {
    if (context[field].length > longestText)
      throw new InvalidInput('TEXT_TOO_LONG', `context.${field}`, `At most ${longestText} characters`)
  }
  if (context.age < 0 || context.age > oldest) {
    throw new InvalidInput('OUT_OF_RANGE', 'context.age', `An age is 1 to ${oldest} years, or 0 where it is unknown`)
  }
  if (context.networkKbps < 0) {
    throw new InvalidInput('OUT_OF_RANGE', 'context.network_kbps', 'A speed is 1 kbit/s or more, or 0 where it is unknown')
  }
  if (context.shownVideoIds.length > mostShown) {
    throw new InvalidInput('TOO_MANY_SHOWN', 'context.shown_video_ids', `At most ${mostShown} ids: report what was shown as events`)
  }
  for (const id of context.shownVideoIds) checkId('context.shown_video_ids', id, idLength)
}

/** What the stages start from. The same person, request and page give the same random numbers. */
export function queryOf(
  request: RecsRequest,
  {
    requestId,
    nowMs,
    state,
    catalog,
    limits,
    settings,
    model,
  }: {
    requestId: string
    nowMs: number
    state: PersonState
    catalog: Catalog
    limits: RequestLimits
    settings: FeedSettings
    model: ServingModel | undefined
  },
): FeedQuery {
  const { context, pageNumber, userid } = request
  const name = `${userid}|${requestId}|${pageNumber}`
  const { high, low } = hash64(name)
  const other = hash64(`${name}|${nowMs}`)
  const language = context?.language ?? ''
  const places = request.resultPerPage || limits.defaultCount
  return {
    person: userid,
    nowMs,
    count: places - freePlaces(pageNumber * places, places, limits.ads).length,
    places,
    requestId,
    pageNumber,
    slateId: other.high.toString(16).padStart(8, '0') + other.low.toString(16).padStart(8, '0'),
    surface: context?.surface || 'main',
    device: context?.device ?? '',
    networkKbps: context?.networkKbps ?? 0,
    language: language === '' ? 0 : catalog.languageNumber(language),
    languageTag: language,
    country: context?.country ?? '',
    timeZone: context?.timeZone ?? '',
    age: context?.age || limits.defaultAge,
    shown: new Set(context?.shownVideoIds.map((id) => catalog.ids.find(id))),
    random: (stage): Random => {
      const own = hash64(stage)
      return seededRandom(high, low, own.high, own.low)
    },
    settings,
    state,
    model: settings.models ? model : undefined,
    arm: 'default',
    releasedS: 0,
    unwanted: { blockedCreators: new Set(), videos: new Set(), creators: new Set(), categories: new Set() },
    seeds: [],
    recent: [],
    recentContent: new Set(),
    asCreator: -1,
    categoryRecord: () => ({ plays: 0, watches: 0 }),
    pageDiversity: undefined,
    personVector: undefined,
    features: undefined,
    level: Level.LEVEL_FULL,
    levelReason: '',
    explored: [],
    slate: undefined,
    lookup: undefined,
  }
}
