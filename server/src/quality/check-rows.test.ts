import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CheckedLake, hourOfDay } from './quality-for-tests.ts'
import { type CheckedTable, checkedTables } from './suites.ts'

/** What is wrong with an hour, as SQL that makes it of the good one, and what is then found. */
const broken: readonly (readonly [CheckedTable, sql: string, found: string])[] = [
  ['events', 'SELECT * REPLACE (person::BLOB AS person) FROM stored', 'schema person: it is BLOB'],
  [
    'events',
    'SELECT * EXCLUDE (surface) FROM stored',
    'schema columns: Binder Error: Referenced column "surface" not found in FROM clause!',
  ],
  ['events', "SELECT * REPLACE (nullif(event_id, 'e0') AS event_id) FROM stored", 'completeness event_id: 1 of 2 rows'],
  [
    'events',
    'SELECT * REPLACE (NULL::INTEGER AS watch_ms) FROM stored',
    'completeness At least half of the watches that apps sent say how long they were.: without_time 1, of_watches 1',
  ],
  ['events', 'FROM stored UNION ALL FROM stored', 'uniqueness person, event_id: 2 of 4 rows'],
  ['events', "SELECT * REPLACE ('cheer' AS type) FROM stored", 'range type: 2 of 2 rows'],
  ['events', 'SELECT * REPLACE (-1 AS watch_ms) FROM stored', 'range watch_ms: 2 of 2 rows'],
  ['events', 'SELECT * REPLACE (86400001 AS watch_ms) FROM stored', 'range watch_ms: 2 of 2 rows'],
  ['events', 'SELECT * REPLACE (0 AS length_ms) FROM stored', 'range length_ms: 2 of 2 rows'],
  ['events', 'SELECT * REPLACE (10001 AS position) FROM stored', 'range position: 2 of 2 rows'],
  [
    'events',
    "SELECT * REPLACE (CASE type WHEN 'like' THEN 'nowhere' ELSE slate_id END AS slate_id) FROM stored",
    'reference At most 1 % of the events that name a page name one that is not in the lake.: orphans 1, of_rows 2',
  ],
  ['events', 'SELECT * REPLACE (NULL::BIGINT AS time_ms) FROM stored', 'volume rows: 0 rows'],
  ['served', 'SELECT * REPLACE (propensity::FLOAT AS propensity) FROM stored', 'schema propensity: it is FLOAT'],
  ['served', 'SELECT * REPLACE (NULL::DOUBLE AS propensity) FROM stored', 'completeness propensity: 2 of 2 rows'],
  ['served', 'SELECT * REPLACE (0 AS item_index) FROM stored', 'uniqueness slate_id, item_index: 1 of 2 rows'],
  ['served', "SELECT * REPLACE ('a' AS video_id) FROM stored", 'uniqueness slate_id, video_id: 1 of 2 rows'],
  ['served', "SELECT * REPLACE ('nan'::DOUBLE AS propensity) FROM stored", 'range propensity: 2 of 2 rows'],
  ['served', 'SELECT * REPLACE (-1 AS page_number) FROM stored', 'range page_number: 2 of 2 rows'],
  [
    'served',
    "SELECT * REPLACE (video_id || '?' AS video_id) FROM stored",
    'reference At most 1 % of the videos that were served are not in the catalogue.: orphans 2, of_rows 2',
  ],
  ['features', 'SELECT * REPLACE (person_values::VARCHAR AS person_values) FROM stored', 'schema person_values: it is VARCHAR'],
  ['features', 'SELECT * REPLACE (NULL::VARCHAR AS feature_set) FROM stored', 'completeness feature_set: 2 of 2 rows'],
  ['features', 'FROM stored UNION ALL FROM stored', 'uniqueness slate_id, item_index: 2 of 4 rows'],
  [
    'features',
    'SELECT * REPLACE ([[1, 2, 3], [1, 2]]::BIGINT[][] AS item_values) FROM stored',
    'schema All rows of a feature set have the same number of values.: feature_set feed@1, lengths_of_person_values 1, lengths_of_item_values 2',
  ],
  [
    'features',
    "SELECT * REPLACE (['b', 'a'] AS video_ids) FROM stored",
    'reference At most 1 % of the features are of videos that their page does not have there.: orphans 2, of_rows 2',
  ],
  ['samples', 'SELECT * EXCLUDE (long_view) FROM stored', 'schema long_view: it is not there'],
  ['samples', 'SELECT * REPLACE (NULL::BOOLEAN AS liked) FROM stored', 'completeness liked: 2 of 2 rows'],
  ['samples', "SELECT * REPLACE ('s/0' AS sample_id) FROM stored", 'uniqueness sample_id: 1 of 2 rows'],
  ['samples', 'SELECT * REPLACE (8 AS weekday) FROM stored', 'range weekday: 2 of 2 rows'],
  ['samples', 'SELECT * REPLACE (1.5 AS propensity) FROM stored', 'schema propensity: it is DECIMAL(2,1)'],
  [
    'samples',
    'SELECT * REPLACE (true AS finish, false AS long_view) FROM stored',
    'range Who finishes a video has viewed it long, and who views it long has not skipped it.: contradictions 2',
  ],
  [
    'samples',
    "SELECT * REPLACE ('elsewhere' AS slate_id) FROM stored",
    'reference At most 1 % of the samples are of videos that their page does not have there.: orphans 2, of_rows 2',
  ],
]

test('good rows pass all checks; each kind of broken rows fails its own, and nothing else of that table', async (context) => {
  const lake = await CheckedLake.open(context)
  await lake.addGoodHour()
  assert.equal(await lake.check(), 4)
  for (const [table, result] of await lake.of(hourOfDay())) assert.deepEqual([table, result.status, result.findings], [table, 'passed', []])
  assert.deepEqual(new Set(broken.map(([table]) => table)), new Set(checkedTables))

  for (const [table, sql, found] of broken) {
    const restore = await lake.rewrite(table, sql)
    await lake.check()
    const result = (await lake.of(hourOfDay())).get(table)!
    assert.deepEqual([result.status, result.findings.map((each) => `${each.kind} ${each.about}: ${each.found}`)], ['failed', [found]], sql)
    await restore()
  }
  await lake.check()
  for (const [table, result] of await lake.of(hourOfDay())) assert.deepEqual([table, result.findings], [table, []])
})
