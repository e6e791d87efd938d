import { dayMs } from '../../clock.ts'

/** What is to be made: features as of `time_ms`, of a person on a surface, for the `items` of slates. */
export interface FeatureRequest {
  readonly request: number
  readonly items: readonly RequestedItem[]
}

export interface RequestedItem {
  readonly slate: string
  readonly index: number
  readonly video: string
}

/** The columns of `requests`, in which `items` is JSON. */
const select = (timeMs: string, groups: string) => `
  SELECT row_number() OVER (ORDER BY ${timeMs}, person, surface)::INTEGER AS request, person, surface, ${timeMs} AS time_ms,
    to_json(list({ 'slate': slate_id, 'index': item_index, 'video': video_id } ORDER BY slate_id, item_index))::VARCHAR AS items
  FROM shown GROUP BY ${groups}`

/** A request a page that was imported and has no vectors yet: as of when it began. `hours` are those with such pages. */
export const pageRequestsSql = `
WITH hours AS (
  SELECT DISTINCT date, hour FROM served WHERE imported AND slate_id NOT IN (SELECT slate_id FROM vectors)
), shown AS (
  SELECT served.* FROM served JOIN hours USING (date, hour) WHERE imported AND slate_id NOT IN (SELECT slate_id FROM logged)
)${select('time_ms', 'slate_id, person, surface, time_ms')}`

/** A request a person, day and surface: all as of the first page that the person was shown that day. */
export const dayRequestsSql = (utcOffsetMs: number): string => `
WITH shown AS (
  SELECT *, min(time_ms) OVER (PARTITION BY person, (time_ms + ${utcOffsetMs}) // ${dayMs}) AS first_ms FROM served
)${select('first_ms', 'person, surface, first_ms')}`
