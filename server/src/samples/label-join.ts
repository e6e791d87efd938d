import { dayMs, hourMs } from '../clock.ts'
import { longViewMs, skipMs, skipShare } from '../people/outcomes.ts'
import { sessionGapS } from '../people/person-state.ts'

/** A person who does nothing for this long has ended their session. */
export const sessionGapMs = sessionGapS * 1_000

/**
 * A person's client reports impressions if it has sent one this close to when a page was served, before or after. The
 * same person may use a client that does and one that does not, and change over time.
 */
export const reportingMs = dayMs

export interface JoinTime {
  /** When the join is made, in ms since 1970. */
  readonly joinedAtMs: number
  /** How old accepted events may be, in hours; an hour more passes before a sample is final for its age. */
  readonly horizonHours: number
  /** The version of the lake that is read. */
  readonly version: number
}

/** How far from a page's hour events of it may lie, in hours: clocks of clients are wrong in both directions. */
export const reachHours = (horizonHours: number): number => horizonHours + 1

/**
 * The label join, from `served`, `events` (the lake's tables, or those hours of them that matter) and `zones`
 * (`zonesSql`) to rows of `samples` (`sampleColumns`), with `date` and `hour` of the page. What it uses is common to
 * DuckDB and Spark SQL.
 *
 * - A row is displayed if there is an event for it, or for a later one of its slate. Where the person's client reports
 *   no impressions around it (`reportingMs`), each row that was served is displayed.
 * - Events count for the row whose slate, person and video they carry. Those without a slate count for none.
 * - Of several plays the longest counts, so that finish, long view and watch time are of one play. The length is that
 *   which the event carries, or else the served one. Without any watch, the row was not watched: 0 ms, and neither finish
 *   nor long view if the length is known. Whether it was skipped is then unknown: nobody saw it being left.
 * - A watch without its time tells long view where its source did (`source_long_view`), and nothing else.
 * - Clicked is the word of the log that was imported (`source_click`), and unknown without it.
 * - Of likes and unlikes the last one counts.
 * - Final is what is older than the horizon, or whose session has ended: half an hour without an event of the person.
 */
export function labelJoinSql({ joinedAtMs, horizonHours, version }: JoinTime): string {
  return `
WITH plays AS (
  SELECT served.slate_id, served.item_index, events.type, events.time_ms, events.log_partition, events.log_offset,
    events.watch_ms, events.source_long_view, events.source_click, coalesce(events.length_ms, served.length_ms) AS length_ms
  FROM served JOIN events
    ON events.slate_id = served.slate_id AND events.person = served.person AND events.video_id = served.video_id
), numbered AS (
  SELECT *, row_number() OVER (PARTITION BY slate_id, item_index ORDER BY time_ms, log_partition, log_offset) AS nth FROM plays
), outcomes AS (
  SELECT slate_id, item_index, max(length_ms) AS length_ms,
    count(*) FILTER (WHERE type = 'watch') AS watches,
    max(watch_ms) FILTER (WHERE type = 'watch') AS longest_ms,
    bool_or(watch_ms >= length_ms) FILTER (WHERE type = 'watch') AS finish,
    coalesce(bool_or(watch_ms >= least(length_ms, ${longViewMs})) FILTER (WHERE type = 'watch' AND length_ms IS NOT NULL),
      bool_or(source_long_view) FILTER (WHERE type = 'watch' AND watch_ms IS NULL)) AS long_view,
    bool_and(watch_ms < ${skipMs} AND (length_ms IS NULL OR watch_ms < length_ms * ${skipShare}e0)) FILTER (WHERE type = 'watch') AS skipped,
    bool_or(source_click) AS clicked,
    coalesce(max(nth) FILTER (WHERE type = 'like') > coalesce(max(nth) FILTER (WHERE type = 'unlike'), 0), false) AS liked,
    bool_or(type = 'share') AS share, bool_or(type = 'comment') AS comment, bool_or(type = 'follow') AS follow,
    bool_or(type = 'not_interested') AS not_interested
  FROM numbered GROUP BY slate_id, item_index
), reached AS (
  SELECT slate_id, max(item_index) AS last_index FROM outcomes GROUP BY slate_id
), moments AS (
  SELECT person, time_ms, CASE WHEN type = 'impression' THEN time_ms END AS impression_ms, CAST(NULL AS STRING) AS slate_id
  FROM events WHERE NOT untimed AND person IN (SELECT person FROM served)
  UNION ALL
  SELECT DISTINCT person, time_ms, CAST(NULL AS BIGINT) AS impression_ms, slate_id FROM served
), gaps AS (
  SELECT *, max(impression_ms) OVER (PARTITION BY person ORDER BY time_ms) AS impression_before_ms,
    min(impression_ms) OVER (PARTITION BY person ORDER BY time_ms DESC) AS impression_after_ms,
    CASE WHEN coalesce(lead(time_ms) OVER (PARTITION BY person ORDER BY time_ms), ${joinedAtMs}) - time_ms > ${sessionGapMs}
      THEN time_ms END AS pause_ms
  FROM moments
), sessions AS (
  SELECT *, min(pause_ms) OVER (PARTITION BY person ORDER BY time_ms DESC) AS end_ms FROM gaps
), slates AS (
  SELECT slate_id,
    coalesce(time_ms - impression_before_ms <= ${reportingMs} OR impression_after_ms - time_ms <= ${reportingMs}, false) AS is_reporting,
    coalesce(end_ms + ${sessionGapMs} <= ${joinedAtMs}, false) OR time_ms + ${reachHours(horizonHours) * hourMs} <= ${joinedAtMs} AS is_final
  FROM sessions WHERE slate_id IS NOT NULL
), displayed AS (
  SELECT served.*, slates.is_final, served.time_ms + coalesce(zones.offset_ms, 0) AS local_ms
  FROM served JOIN slates ON slates.slate_id = served.slate_id
  LEFT JOIN reached ON reached.slate_id = served.slate_id
  LEFT JOIN zones ON zones.time_zone = served.time_zone AND served.time_ms >= zones.from_ms AND served.time_ms < zones.until_ms
  WHERE NOT slates.is_reporting OR served.item_index <= reached.last_index
)
SELECT shown.date, shown.hour, concat(shown.slate_id, '/', shown.item_index) AS sample_id, shown.slate_id, shown.item_index, shown.person, shown.video_id,
  shown.creator_id, shown.audio_id, shown.categories, coalesce(shown.length_ms, outcomes.length_ms) AS length_ms, shown.time_ms,
  shown.position, shown.page_number, shown.surface, shown.device, shown.network_kbps, shown.language, shown.country, shown.time_zone,
  CAST(floor((shown.local_ms % ${dayMs}) / ${hourMs}) AS INTEGER) AS hour_of_day,
  CAST((floor(shown.local_ms / ${dayMs}) + 3) % 7 + 1 AS INTEGER) AS weekday,
  shown.source, shown.found_by, shown.score, shown.propensity, shown.arm, shown.policy, shown.imported,
  CASE WHEN coalesce(watches, 0) > 0 THEN longest_ms ELSE 0 END AS watch_ms,
  CASE WHEN coalesce(watches, 0) > 0 THEN finish WHEN ${lengthKnown} THEN false END AS finish,
  CASE WHEN coalesce(watches, 0) > 0 THEN long_view WHEN ${lengthKnown} THEN false END AS long_view,
  skipped, clicked, coalesce(liked, false) AS liked, coalesce(share, false) AS shared, coalesce(comment, false) AS commented,
  coalesce(follow, false) AS followed, coalesce(not_interested, false) AS not_interested,
  shown.is_final, CAST(${joinedAtMs} AS BIGINT) AS joined_at_ms, CAST(${version} AS BIGINT) AS joined_version
FROM displayed AS shown
LEFT JOIN outcomes ON outcomes.slate_id = shown.slate_id AND outcomes.item_index = shown.item_index`
}

const lengthKnown = 'coalesce(shown.length_ms, outcomes.length_ms) IS NOT NULL'
