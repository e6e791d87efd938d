SET 'execution.runtime-mode' = 'streaming';
SET 'pipeline.name' = 'vireo.tiles';
SET 'table.exec.state.ttl' = '122 h';
SET 'execution.buffer-timeout.interval' = '5 ms';
SET 'table.exec.sink.upsert-materialize' = 'NONE';
SET 'execution.checkpointing.interval' = '10 s';
SET 'execution.checkpointing.mode' = 'EXACTLY_ONCE';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.max-backoff' = '10 s';

CREATE TABLE events_log (
  person STRING, event_id STRING, `type` INT, time_ms BIGINT, video_id STRING, creator_id STRING, audio_id STRING, categories ARRAY<STRING>, length_ms INT, watch_ms INT, surface STRING, untimed BOOLEAN, source_long_view BOOLEAN,
  read_at AS PROCTIME()
) WITH (
  'connector' = 'kafka',
  'topic' = 'vireo.events',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'vireo.tiles',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'protobuf',
  'protobuf.message-class-name' = 'vireo.flink.Records$EventRecord',
  'protobuf.read-default-values' = 'false',
  'protobuf.ignore-parse-errors' = 'true'
);

CREATE TABLE served_log (
  slate_id STRING, person STRING, time_ms BIGINT, surface STRING, items ARRAY<ROW<video_id STRING, creator_id STRING, audio_id STRING, categories ARRAY<STRING>, length_ms INT>>,
  read_at AS PROCTIME()
) WITH (
  'connector' = 'kafka',
  'topic' = 'vireo.served',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'vireo.tiles',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'protobuf',
  'protobuf.message-class-name' = 'vireo.flink.Records$SlateRecord',
  'protobuf.read-default-values' = 'false',
  'protobuf.ignore-parse-errors' = 'true'
);

CREATE VIEW events AS
SELECT person, event_id,
  CASE `type`
    WHEN 1 THEN 'watch'
    WHEN 2 THEN 'like'
    WHEN 3 THEN 'share'
    WHEN 4 THEN 'comment'
    WHEN 5 THEN 'impression'
    WHEN 6 THEN 'follow'
    WHEN 7 THEN 'unlike'
    WHEN 8 THEN 'dislike'
    WHEN 9 THEN 'not_interested'
    WHEN 10 THEN 'report'
    WHEN 11 THEN 'block_creator'
  END AS type,
  COALESCE(time_ms, 0) AS time_ms, NULLIF(video_id, '') AS video_id, NULLIF(creator_id, '') AS creator_id, NULLIF(audio_id, '') AS audio_id, categories,
  length_ms, watch_ms, NULLIF(surface, '') AS surface, COALESCE(untimed, FALSE) AS untimed, source_long_view
FROM (
  SELECT person, event_id, firsts.record.`type` AS `type`, firsts.record.time_ms AS time_ms, firsts.record.video_id AS video_id, firsts.record.creator_id AS creator_id, firsts.record.audio_id AS audio_id, firsts.record.categories AS categories, firsts.record.length_ms AS length_ms, firsts.record.watch_ms AS watch_ms, firsts.record.surface AS surface, firsts.record.untimed AS untimed, firsts.record.source_long_view AS source_long_view FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY person, event_id ORDER BY read_at ASC) AS nth FROM (
    SELECT person, event_id, read_at, CAST(ROW(`type`, time_ms, video_id, creator_id, audio_id, categories, length_ms, watch_ms, surface, untimed, source_long_view) AS ROW<`type` INT, time_ms BIGINT, video_id STRING, creator_id STRING, audio_id STRING, categories ARRAY<STRING>, length_ms INT, watch_ms INT, surface STRING, untimed BOOLEAN, source_long_view BOOLEAN>) AS record FROM events_log
  )
) AS firsts WHERE nth = 1
);

CREATE VIEW served AS
SELECT slate_id, person, COALESCE(time_ms, 0) AS time_ms, NULLIF(surface, '') AS surface, item_number - 1 AS item_index,
  NULLIF(video_id, '') AS video_id, NULLIF(creator_id, '') AS creator_id, NULLIF(audio_id, '') AS audio_id, categories, length_ms
FROM (
  SELECT slate_id, firsts.record.person AS person, firsts.record.time_ms AS time_ms, firsts.record.surface AS surface, firsts.record.items AS items FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY slate_id ORDER BY read_at ASC) AS nth FROM (
    SELECT slate_id, read_at, CAST(ROW(person, time_ms, surface, items) AS ROW<person STRING, time_ms BIGINT, surface STRING, items ARRAY<ROW<video_id STRING, creator_id STRING, audio_id STRING, categories ARRAY<STRING>, length_ms INT>>>) AS record FROM served_log
  )
) AS firsts WHERE nth = 1
) CROSS JOIN UNNEST(items) WITH ORDINALITY AS item (video_id, creator_id, audio_id, categories, length_ms, item_number);

CREATE TABLE tiles_video_watches_v1 (
  `view` STRING,
  `version` BIGINT,
  `video_id` STRING,
  `hop_ms` BIGINT,
  `hop_start_ms` BIGINT,
  `plays` BIGINT,
  `plays_of_known_length` BIGINT,
  `watched_10s` BIGINT,
  `long_views` BIGINT,
  `finishes` BIGINT,
  `skips` BIGINT,
  `watch_ms` BIGINT,
  `watch_squares` BIGINT,
  `watch_of_known_length_ms` BIGINT,
  `length_ms` BIGINT,
  into_topic STRING NOT NULL METADATA FROM 'topic',
  PRIMARY KEY (`video_id`, `hop_ms`, `hop_start_ms`) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'vireo.tiles_video_watches_v1;vireo.tiles_video_watches_v1_recent',
  'properties.bootstrap.servers' = 'kafka:9092',
  'key.format' = 'json',
  'value.format' = 'json',
  'sink.buffer-flush.interval' = '20 ms',
  'sink.buffer-flush.max-rows' = '10000'
);

CREATE TABLE tiles_person_category_reactions_v1 (
  `view` STRING,
  `version` BIGINT,
  `person` STRING,
  `category` STRING,
  `hop_ms` BIGINT,
  `hop_start_ms` BIGINT,
  `likes` BIGINT,
  `unlikes` BIGINT,
  `shares` BIGINT,
  `comments` BIGINT,
  `follows` BIGINT,
  `negatives` BIGINT,
  `reports` BIGINT,
  into_topic STRING NOT NULL METADATA FROM 'topic',
  PRIMARY KEY (`person`, `category`, `hop_ms`, `hop_start_ms`) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'vireo.tiles_person_category_reactions_v1;vireo.tiles_person_category_reactions_v1_recent',
  'properties.bootstrap.servers' = 'kafka:9092',
  'key.format' = 'json',
  'value.format' = 'json',
  'sink.buffer-flush.interval' = '20 ms',
  'sink.buffer-flush.max-rows' = '10000'
);

CREATE TABLE tiles_length_impressions_v1 (
  `view` STRING,
  `version` BIGINT,
  `length_bucket` BIGINT,
  `hop_ms` BIGINT,
  `hop_start_ms` BIGINT,
  `impressions` BIGINT,
  into_topic STRING NOT NULL METADATA FROM 'topic',
  PRIMARY KEY (`length_bucket`, `hop_ms`, `hop_start_ms`) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'vireo.tiles_length_impressions_v1;vireo.tiles_length_impressions_v1_recent',
  'properties.bootstrap.servers' = 'kafka:9092',
  'key.format' = 'json',
  'value.format' = 'json',
  'sink.buffer-flush.interval' = '20 ms',
  'sink.buffer-flush.max-rows' = '10000'
);

EXECUTE STATEMENT SET
BEGIN
INSERT INTO tiles_video_watches_v1
SELECT *, CAST(CASE WHEN hop_ms < 86400000 THEN 'vireo.tiles_video_watches_v1_recent' ELSE 'vireo.tiles_video_watches_v1' END AS STRING)
FROM (
SELECT
  'video_watches' AS `view`,
  CAST(1 AS BIGINT) AS `version`,
  key_0 AS `video_id`,
  CAST(hop_ms AS BIGINT) AS `hop_ms`,
  hop_start AS `hop_start_ms`,
  CAST(COUNT(*) AS BIGINT) AS `plays`,
  CAST(COUNT(*) FILTER (WHERE value_1) AS BIGINT) AS `plays_of_known_length`,
  CAST(COUNT(*) FILTER (WHERE value_2) AS BIGINT) AS `watched_10s`,
  CAST(COUNT(*) FILTER (WHERE value_3) AS BIGINT) AS `long_views`,
  CAST(COUNT(*) FILTER (WHERE value_4) AS BIGINT) AS `finishes`,
  CAST(COUNT(*) FILTER (WHERE value_5) AS BIGINT) AS `skips`,
  CAST(COALESCE(SUM(value_6), 0) AS BIGINT) AS `watch_ms`,
  CAST(COALESCE(SUM(CAST((value_7 - MOD(value_7, 100)) / 100 AS BIGINT) * CAST((value_7 - MOD(value_7, 100)) / 100 AS BIGINT)), 0) AS BIGINT) AS `watch_squares`,
  CAST(COALESCE(SUM(value_8), 0) AS BIGINT) AS `watch_of_known_length_ms`,
  CAST(COALESCE(SUM(value_9), 0) AS BIGINT) AS `length_ms`
FROM (
  SELECT
    time_ms,
    row_id,
    video_id AS key_0,
    (((watch_ms IS NOT NULL) AND (length_ms IS NOT NULL)) OR ((NOT (watch_ms IS NOT NULL)) AND (source_long_view IS NOT NULL))) AS value_1,
    (watch_ms >= 10000) AS value_2,
    ((watch_ms >= CASE WHEN length_ms > 18000 THEN 18000 ELSE length_ms END) OR (((NOT (watch_ms IS NOT NULL)) AND (source_long_view IS NOT NULL)) AND (source_long_view = TRUE))) AS value_3,
    (watch_ms >= length_ms) AS value_4,
    ((watch_ms < 3000) AND ((NOT (length_ms IS NOT NULL)) OR ((watch_ms * 100) < (length_ms * 30)))) AS value_5,
    CASE WHEN CASE WHEN watch_ms < 0 THEN 0 ELSE watch_ms END > 600000 THEN 600000 ELSE CASE WHEN watch_ms < 0 THEN 0 ELSE watch_ms END END AS value_6,
    CASE WHEN CASE WHEN watch_ms < 0 THEN 0 ELSE watch_ms END > 600000 THEN 600000 ELSE CASE WHEN watch_ms < 0 THEN 0 ELSE watch_ms END END AS value_7,
    CASE WHEN (length_ms IS NOT NULL) THEN CASE WHEN CASE WHEN watch_ms < 0 THEN 0 ELSE watch_ms END > 600000 THEN 600000 ELSE CASE WHEN watch_ms < 0 THEN 0 ELSE watch_ms END END END AS value_8,
    CASE WHEN (watch_ms IS NOT NULL) THEN CASE WHEN CASE WHEN length_ms < 0 THEN 0 ELSE length_ms END > 600000 THEN 600000 ELSE CASE WHEN length_ms < 0 THEN 0 ELSE length_ms END END END AS value_9
  FROM (
    SELECT person, time_ms, event_id AS row_id, video_id, creator_id, audio_id, categories, CAST(length_ms AS BIGINT) AS length_ms, surface, CAST(watch_ms AS BIGINT) AS watch_ms, source_long_view
    FROM events
    WHERE type IN ('watch') AND NOT untimed
  ) AS source
) AS prepared
CROSS JOIN UNNEST(ARRAY[ROW(60000, time_ms - MOD(time_ms, 60000)), ROW(300000, time_ms - MOD(time_ms, 300000)), ROW(3600000, time_ms - MOD(time_ms, 3600000)), ROW(86400000, time_ms - MOD(time_ms, 86400000))]) AS each_hop (hop_ms, hop_start)
WHERE key_0 <> ''
GROUP BY key_0, hop_ms, hop_start
) AS tiles;

INSERT INTO tiles_person_category_reactions_v1
SELECT *, CAST(CASE WHEN hop_ms < 86400000 THEN 'vireo.tiles_person_category_reactions_v1_recent' ELSE 'vireo.tiles_person_category_reactions_v1' END AS STRING)
FROM (
SELECT
  'person_category_reactions' AS `view`,
  CAST(1 AS BIGINT) AS `version`,
  key_0 AS `person`,
  key_1 AS `category`,
  CAST(hop_ms AS BIGINT) AS `hop_ms`,
  hop_start AS `hop_start_ms`,
  CAST(COUNT(*) FILTER (WHERE value_0) AS BIGINT) AS `likes`,
  CAST(COUNT(*) FILTER (WHERE value_1) AS BIGINT) AS `unlikes`,
  CAST(COUNT(*) FILTER (WHERE value_2) AS BIGINT) AS `shares`,
  CAST(COUNT(*) FILTER (WHERE value_3) AS BIGINT) AS `comments`,
  CAST(COUNT(*) FILTER (WHERE value_4) AS BIGINT) AS `follows`,
  CAST(COUNT(*) FILTER (WHERE value_5) AS BIGINT) AS `negatives`,
  CAST(COUNT(*) FILTER (WHERE value_6) AS BIGINT) AS `reports`
FROM (
  SELECT
    time_ms,
    row_id,
    person AS key_0,
    ARRAY_DISTINCT(categories) AS list_key_1,
    (type = 'like') AS value_0,
    (type = 'unlike') AS value_1,
    (type = 'share') AS value_2,
    (type = 'comment') AS value_3,
    (type = 'follow') AS value_4,
    (type IN ('dislike', 'not_interested')) AS value_5,
    (type = 'report') AS value_6
  FROM (
    SELECT person, time_ms, event_id AS row_id, video_id, creator_id, audio_id, categories, CAST(length_ms AS BIGINT) AS length_ms, surface, type
    FROM events
    WHERE type IN ('like', 'unlike', 'share', 'comment', 'follow', 'dislike', 'not_interested', 'report') AND NOT untimed
  ) AS source
) AS prepared
CROSS JOIN UNNEST(list_key_1) AS each_key_1 (key_1)
CROSS JOIN UNNEST(ARRAY[ROW(60000, time_ms - MOD(time_ms, 60000)), ROW(300000, time_ms - MOD(time_ms, 300000)), ROW(3600000, time_ms - MOD(time_ms, 3600000)), ROW(86400000, time_ms - MOD(time_ms, 86400000))]) AS each_hop (hop_ms, hop_start)
WHERE key_0 <> '' AND key_1 <> ''
GROUP BY key_0, key_1, hop_ms, hop_start
) AS tiles;

INSERT INTO tiles_length_impressions_v1
SELECT *, CAST(CASE WHEN hop_ms < 86400000 THEN 'vireo.tiles_length_impressions_v1_recent' ELSE 'vireo.tiles_length_impressions_v1' END AS STRING)
FROM (
SELECT
  'length_impressions' AS `view`,
  CAST(1 AS BIGINT) AS `version`,
  key_0 AS `length_bucket`,
  CAST(hop_ms AS BIGINT) AS `hop_ms`,
  hop_start AS `hop_start_ms`,
  CAST(COUNT(*) AS BIGINT) AS `impressions`
FROM (
  SELECT
    time_ms,
    row_id,
    CAST(CASE WHEN length_ms < 7000 THEN 0 WHEN length_ms < 11000 THEN 1 WHEN length_ms < 18000 THEN 2 WHEN length_ms < 30000 THEN 3 WHEN length_ms < 60000 THEN 4 WHEN length_ms < 120000 THEN 5 WHEN length_ms < 300000 THEN 6 WHEN length_ms >= 300000 THEN 7 END AS BIGINT) AS key_0
  FROM (
    SELECT person, time_ms, concat(slate_id, '/', CAST(item_index AS STRING)) AS row_id, video_id, creator_id, audio_id, categories,
      CAST(length_ms AS BIGINT) AS length_ms, surface
    FROM served
  ) AS source
) AS prepared
CROSS JOIN UNNEST(ARRAY[ROW(60000, time_ms - MOD(time_ms, 60000)), ROW(300000, time_ms - MOD(time_ms, 300000)), ROW(3600000, time_ms - MOD(time_ms, 3600000)), ROW(86400000, time_ms - MOD(time_ms, 86400000))]) AS each_hop (hop_ms, hop_start)
WHERE key_0 IS NOT NULL
GROUP BY key_0, hop_ms, hop_start
) AS tiles;
END;
