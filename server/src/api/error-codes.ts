import type { StatusName } from './status.ts'

export interface ErrorCode {
  /** How a call that fails with it ends; absent where it is never the failure of a call (a refused row, a failed start). */
  readonly status?: StatusName
  /** What it means and what to do. */
  readonly help: string
}

/** Every code of `VireoError` and of refused rows: status and documentation. docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, ErrorCode>> = {
  // The door
  MALFORMED_BODY: {
    status: 'INVALID_ARGUMENT',
    help: 'The body or the query is not what the contract says; the field is named. Compare with /openapi.json.',
  },
  BODY_TOO_LARGE: { status: 'TOO_LARGE', help: 'The body is over limits.bodyMb. Send smaller batches.' },
  BATCH_TOO_LARGE: { status: 'TOO_LARGE', help: 'More rows than limits.batchSize. Send smaller batches.' },
  CONTENT_TYPE_UNKNOWN: { status: 'UNSUPPORTED', help: 'Send application/json or application/x-protobuf.' },
  ROUTE_UNKNOWN: { status: 'NOT_FOUND', help: 'No such method and path. /openapi.json lists them.' },
  KEY_MISSING: { status: 'UNAUTHENTICATED', help: 'Send a key: `authorization: Bearer vk_…`, in gRPC as metadata.' },
  KEY_WRONG: { status: 'UNAUTHENTICATED', help: 'The key is unknown or was revoked. Ask for a new one.' },
  SCOPE_MISSING: { status: 'PERMISSION_DENIED', help: 'The key may not do this. Use one with the scope that the message names.' },
  RATE_LIMITED: {
    status: 'RESOURCE_EXHAUSTED',
    help: 'More calls with this key than limits.ratePerKeyPerSecond. Wait a second, then send again.',
  },
  ORIGIN_REFUSED: {
    status: 'PERMISSION_DENIED',
    help: 'Without keys the server answers only to localhost, 127.0.0.1 and [::1], and not to pages of other sites. Create a key to use other names; list other sites in api.allowedOrigins.',
  },
  // Keys
  KEY_INVALID: { status: 'INVALID_ARGUMENT', help: 'A key needs a name and at least one scope that exists.' },
  KEY_UNKNOWN: { status: 'NOT_FOUND', help: 'No key has this id. List the keys to see which there are.' },
  KEYS_UNREADABLE: {
    status: 'UNAVAILABLE',
    help: 'keys.json in the data folder is damaged. Restore it, or remove it and create new keys.',
  },
  // Ids, events and videos
  ID_MISSING: { status: 'INVALID_ARGUMENT', help: 'The id that the field names is empty. Send one.' },
  ID_TOO_LONG: { status: 'INVALID_ARGUMENT', help: 'The id is longer than limits.idLength. Send a shorter one, such as its hash.' },
  ID_INVALID: { status: 'INVALID_ARGUMENT', help: 'The id holds half of a surrogate pair. Send well-formed Unicode.' },
  ID_COLLISION: { status: 'INVALID_ARGUMENT', help: 'Another id has the same hash, which is all but impossible. Choose another id.' },
  TEXT_TOO_LONG: { status: 'INVALID_ARGUMENT', help: 'The text is longer than is kept. Shorten it.' },
  UNKNOWN_VIDEO: { status: 'NOT_FOUND', help: 'No video has this id. Add it to the catalogue first.' },
  UNKNOWN_CREATOR: { status: 'NOT_FOUND', help: 'No video in the catalogue is by this creator.' },
  UNKNOWN_EVENT_TYPE: { help: 'The type is none of UserVideoEvent.EventType. Compare with the contract.' },
  EVENT_TOO_OLD: { help: 'The event is older than events.horizonHours. Import history instead of sending it.' },
  EVENT_IN_FUTURE: { help: 'The event is further ahead than events.maxFutureMinutes. Set the clock of its sender.' },
  EVENT_ID_REUSED: { help: 'Another event of this person has the same id and other content. Give each event an id of its own.' },
  WATCH_OUT_OF_RANGE: { help: 'watch_ms is negative or more than a day. Send the time of this one play.' },
  TOKEN_INVALID: { help: 'The tracking token is damaged or of another person or video. Send it as it came with the video.' },
  // Feeds
  PAGE_NEGATIVE: { status: 'INVALID_ARGUMENT', help: 'Pages are numbered from 0.' },
  PAGE_TOKEN_INVALID: {
    status: 'INVALID_ARGUMENT',
    help: 'The token is none that a page of this search ended with. Begin with the first page.',
  },
  COUNT_OUT_OF_RANGE: { status: 'INVALID_ARGUMENT', help: 'A page has 1 to feed.maxCount results; 0 asks for feed.defaultCount.' },
  SURFACE_INVALID: { status: 'INVALID_ARGUMENT', help: 'A surface is named by 1 to 32 letters, digits, _ and -.' },
  TOO_MANY_SHOWN: { status: 'INVALID_ARGUMENT', help: 'Too many ids of videos shown. Report them as impressions instead.' },
  NO_VIDEOS: {
    status: 'UNAVAILABLE',
    help: 'The catalogue has no cleared video, or the feed has failed and nothing popular is left to fall back to. Add cleared videos; try again, or allow an empty page (`allow_empty`).',
  },
  // Videos
  OUT_OF_RANGE: { help: 'The number that the field names is outside of what is possible; the message says what is.' },
  NOT_FINITE: { help: 'The embedding holds a NaN or an infinity. Send finite numbers.' },
  STATE_INVALID: { help: 'A video is put as pending, cleared or taken down. Remove it with RemoveVideo.' },
  TOO_MANY: { help: 'The list that the field names is too long; the message says how long it may be.' },
  TOO_MANY_CATEGORIES: { help: 'The catalogue has 65,000 categories. Use one of them.' },
  TOO_MANY_LANGUAGES: { help: 'The catalogue has 65,000 languages. Use one of them.' },
  TOO_MANY_COUNTRY_SETS: { help: 'The catalogue has 65,000 different sets of countries. Use one of them.' },
  // Import
  IMPORT_FOLDER_UNKNOWN: {
    status: 'INVALID_ARGUMENT',
    help: 'The folder holds none of the files that an import looks for; docs/importing.md says which.',
  },
  IMPORT_FOLDER_UNREADABLE: {
    status: 'INVALID_ARGUMENT',
    help: 'The server can not read this folder. Check its path and rights.',
  },
  IMPORT_FILE_BROKEN: {
    status: 'INVALID_ARGUMENT',
    help: 'A file of the import can not be read to its end. Get it again.',
  },
  IMPORT_COLUMNS_MISSING: {
    status: 'INVALID_ARGUMENT',
    help: 'A file of the import lacks the columns that the message names.',
  },
  // Below
  LOG_CLOSED: { status: 'UNAVAILABLE', help: 'The server is stopping. Send the same again; it takes effect once.' },
  STATE_UNAVAILABLE: { status: 'UNAVAILABLE', help: 'The words of titles can not be searched now: try again in a moment.' },
  LOG_UNAVAILABLE: { status: 'UNAVAILABLE', help: 'The event log does not answer. Send the same again later; it takes effect once.' },
  LOG_FULL: { status: 'UNAVAILABLE', help: 'The event log has reached log.maxMb. Raise it.' },
  LOG_PARTITION: { status: 'INTERNAL', help: 'The event log was asked for a partition that it has not.' },
  LOG_PARTITIONS: { status: 'INTERNAL', help: 'The event log on disk has another number of partitions. Start with that number.' },
  LOG_RECORD_TOO_LARGE: { status: 'TOO_LARGE', help: 'Kafka takes no record of this size. Send less at once, or raise max.message.bytes.' },
  KAFKA_UNREACHABLE: { help: 'No broker of kafka.brokers answered. Compare addresses, ports, TLS and firewalls.' },
  KAFKA_LOGIN_REFUSED: { status: 'UNAVAILABLE', help: 'Kafka refused kafka.user and kafka.password. Correct them, or kafka.sasl.' },
  KAFKA_NOT_PERMITTED: { status: 'UNAVAILABLE', help: 'Kafka lets this user not do what the message names. Give it the permission (ACL).' },
  KAFKA_TOPIC_MISSING: { help: 'A topic is missing, and kafka.createTopics is false. Create it as the message says.' },
  KAFKA_TOPIC_WRONG: { help: 'A topic has a setting with which records would be lost. Change it as the message says.' },
  KAFKA_TOPIC_REFUSED: {
    help: 'Kafka refused to create a topic. Set kafka.replicas to what the cluster has, or create it as the message says.',
  },
  KAFKA_LOG_CUT: {
    status: 'INTERNAL',
    help: 'A topic ends before what was read of it already: it was deleted, or brokers lost records. Restore it, or start anew with another kafka.topicPrefix and an empty data folder.',
  },
  RECORD_UNREADABLE: {
    status: 'INTERNAL',
    help: 'A record of the log has bytes that are no record. It is kept aside and the rest goes on; find out who wrote it.',
  },
  RECORD_NEWER: {
    status: 'INTERNAL',
    help: 'A later version of Vireo wrote a record of the log. It is kept aside; start that version, then `vireo dead-letters replay`.',
  },
  RECORD_INVALID: {
    status: 'INTERNAL',
    help: 'A record of the log lacks what it must have; the message says what. It is kept aside and the rest goes on.',
  },
  RECORD_NOT_APPLIED: {
    status: 'INTERNAL',
    help: 'A record of the log could not be applied. It is kept aside; after a fix, `vireo dead-letters replay` applies it.',
  },
  DEAD_LETTERS_FULL: {
    status: 'INTERNAL',
    help: 'So many records of the log were kept aside that reading it has stopped. See with `vireo dead-letters list` what is wrong with them.',
  },
  LOG_TOPIC: { status: 'INTERNAL', help: 'The event log was asked for a topic that it has not.' },
  STATE_CLOSED: { status: 'UNAVAILABLE', help: 'The server is stopping. Try again.' },
  STATE_TABLE: { status: 'INTERNAL', help: 'The state database was asked for a table that can not be.' },
  DATABASE_TOO_NEW: { status: 'INTERNAL', help: 'A newer Vireo wrote this data folder. Start that version or a later one.' },
  STAGE_TOO_SLOW: { status: 'DEADLINE_EXCEEDED', help: 'A stage that the feed can not do without took too long. Try again.' },
  // Any call
  CANCELLED: { status: 'CANCELLED', help: 'The caller went away before the answer.' },
  DEADLINE_EXCEEDED: { status: 'DEADLINE_EXCEEDED', help: 'It took longer than allowed. Try again, or allow more time.' },
  OVERLOADED: { status: 'UNAVAILABLE', help: 'Too much at once. Try again after a moment, with growing pauses.' },
  INTERNAL: { status: 'INTERNAL', help: 'A fault of Vireo; the log of the server says what.' },
  // Evaluation
  DAY_INVALID: { help: 'The day is none. Write it like 2022-05-05.' },
  DAY_NOT_IN_LOG: { help: 'The log has no rows on that day. The message says from when to when it goes.' },
  EVALUATION_FORMAT: { help: 'Only a folder in the format of KuaiRand can be evaluated; see docs/importing.md.' },
  EVALUATION_EMPTY: { help: 'The log has no rows that can be read. Check the folder.' },
  // The lake
  LAKE_MISSING: { help: 'The data folder has no lake. Start the server with lake.enabled, or name its folder with VIREO_DATA_DIR.' },
  LAKE_QUERY_WRONG: { help: 'DuckDB can not answer the query; the message says why. `DESCRIBE events` lists the columns of a table.' },
  LAKE_MANIFEST_BROKEN: {
    help: 'The newest manifest of the lake is damaged. Move it away: what it had more than the one before is taken from the log again.',
  },
  LAKE_TOO_NEW: { help: 'A newer Vireo wrote the lake. Use that version or a later one.' },
  LAKE_CONFLICT: { help: 'Another process has changed the lake at the same time. It is tried again.' },
  LAKE_FENCED: { help: 'Another process has begun to write to the lake. Let one server write to it.' },
  LAKE_UNAVAILABLE: { help: 'The process that writes the lake has failed. It is started again; nothing is lost while the log has it.' },
  LAKE_EXTENSION_MISSING: {
    help: "DuckDB's extension httpfs, which reads a lake on S3, can not be loaded. docs/lake.md says where it comes from.",
  },
  LAKE_CLOSED: { help: 'The server is stopping. The lake goes on from where it was after the next start.' },
  // The object store
  SNAPSHOT_BROKEN: {
    help: 'A snapshot of the state is damaged, or is of a newer Vireo. The one before is tried, then log and lake; the next replaces it.',
  },
  SNAPSHOT_NOT_TAKEN: { help: 'No snapshot of the state was taken; the message says why. It is tried again; servers go on meanwhile.' },
  S3_UNAVAILABLE: {
    status: 'UNAVAILABLE',
    help: 'The object store does not answer; the message says why. It is tried again. Check s3.endpoint where it stays.',
  },
  S3_REFUSED: {
    help: 'The object store refuses the keys, or what they may do. Give them leave to list, read, write and delete under the prefix; a wrong region is told here too.',
  },
  S3_BUCKET_MISSING: { help: 'There is no such bucket. Make it, or correct lake.location or models.registry.' },
  S3_KEYS_MISSING: {
    help: 'No keys for the object store were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role of the machine.',
  },
  S3_REGION_MISSING: { help: 'No region of the object store was found. Set s3.region or AWS_REGION.' },
  // Tiles by Flink
  FLINK_UNREACHABLE: { help: 'Flink does not answer. Check flink.restUrl and flink.gatewayUrl, and that it runs.' },
  FLINK_REFUSED: { help: 'Flink can not do what was asked of it; the message says why. Mend that, then ask again.' },
  FLINK_JOB_UNKNOWN: { help: 'No such job runs. `vireo flink status` lists them; `vireo flink deploy` starts one.' },
  FLINK_JOB_RUNS: { help: 'A job keeps these tiles already. Use `vireo flink upgrade`, or stop it first.' },
  FLINK_JOB_FAILED: {
    help: 'The job did not run healthily in time and was ended; the message says why. Mend that, or give it longer with --within.',
  },
  FLINK_UPGRADE_FAILED: { help: 'The new job did not run, and the one before runs again. Mend what the message says, then upgrade again.' },
  FLINK_VIEWS_CHANGED: {
    help: 'The job keeps versions of views that are no more. Run `vireo flink deploy` for the new ones, and stop the old job when no server reads its tiles.',
  },
  // Feature views
  FEATURE_NAME_TAKEN: { help: 'Two columns of the samples would have one name. Give the feature another.' },
  EXPORT_FOLDER_TAKEN: { help: 'The folder for the export holds something else. Name an empty folder or one that is not there.' },
  VIEW_INVALID: { help: 'A feature view is not one that can be made; the field says which part. Correct its definition.' },
  VIEW_CHANGED: {
    help: 'A feature view was changed under an old version, or is there twice. Give the new definition a version of its own.',
  },
  TILE_UNREADABLE: {
    status: 'INTERNAL',
    help: 'A record in a topic of tiles is not what `vireo flink` writes. It is passed over, and counted in vireo_tiles_unreadable_records; find out who wrote it.',
  },
  VIEW_OVERFLOW: { help: 'A number of a feature view is beyond 2^53 - 1. The message says where; look for values that can not be.' },
  // Models
  ARTIFACT_MISSING: { help: 'There is no finished model in the folder. `vireo train` makes one.' },
  ARTIFACT_FORMAT_UNKNOWN: { help: 'The model was written by another version of Vireo. Use that one, or train again.' },
  ARTIFACT_MANIFEST_WRONG: { help: 'The manifest, or a file that it describes, is not as it should be; the place is named. Train again.' },
  ARTIFACT_FILE_MISSING: { help: 'A file of the model is not there. Copy the whole folder again.' },
  ARTIFACT_FILE_EXTRA: { help: 'The folder holds a file that is not of the model. Move it away.' },
  ARTIFACT_FILE_CHANGED: { help: 'A file of the model is not as it was written. Copy the whole folder again.' },
  ARTIFACT_FEATURES_OTHER: { help: 'The model reads other features than this version makes. Train again on samples of this version.' },
  ARTIFACT_INPUT_UNKNOWN: { help: 'A graph takes an input that no server has. docs/models.md lists those that there are.' },
  ARTIFACT_GRAPH_WRONG: { help: 'A graph can not be computed, or takes or gives something in another shape; the message says which.' },
  ARTIFACT_PARITY_MISSED: {
    help: 'A graph computes something else here than where it was trained. Do not serve it; compare versions of ONNX Runtime and processors.',
  },
  RESPONSE_UNKNOWN: {
    status: 'NOT_FOUND',
    help: 'Neither log nor lake has this response to this person. Check person, request and page; it may be older than what is kept.',
  },
  VIDEO_NOT_IN_RESPONSE: {
    status: 'NOT_FOUND',
    help: "The response did not hold this video. Leave the response's name out to ask why not, as of now.",
  },
  RESPONSE_NAME_WRONG: {
    status: 'INVALID_ARGUMENT',
    help: 'Name a response by request_id (and page_number), by slate_id, or by tracking: one of them.',
  },
  MODEL_SAW_THE_DAY: { status: 'INVALID_ARGUMENT', help: 'Evaluate a later day, or a model that was trained on earlier ones.' },
  FEATURE_UNKNOWN: { status: 'NOT_FOUND', help: 'There is no feature of this name; docs/features.md lists them.' },
  MODEL_UNKNOWN: { status: 'NOT_FOUND', help: 'The registry has no such model or version. `vireo models list` says which there are.' },
  MODEL_NOT_LOADED: { status: 'UNAVAILABLE', help: 'A model could not be checked. Try again; what serves goes on.' },
  MODEL_NOT_FINITE: {
    help: 'A model has computed something that is no number. The feed goes on without it; roll back to another version.',
  },
  REGISTRY_CHANGED: {
    status: 'FAILED_PRECONDITION',
    help: 'Somebody else has chosen a model at the same time. Look which with `vireo models list`, then try again.',
  },
  REGISTRY_UNREADABLE: {
    status: 'UNAVAILABLE',
    help: 'The folder of models.registry, or a file in it, can’t be read. The message says which.',
  },
  ROLLBACK_IMPOSSIBLE: {
    status: 'FAILED_PRECONDITION',
    help: 'No other model was chosen before. Name a version with `vireo models use`.',
  },
  WEIGHTS_WRONG: {
    status: 'INVALID_ARGUMENT',
    help: 'The file of models.weights, or the weights of a request, are missing or say what can’t be. The message says what; docs/models.md has its form.',
  },
  INDEX_BUSY: { status: 'RESOURCE_EXHAUSTED', help: 'Too many searches or vectors wait. Try again.' },
  INDEX_FULL: { status: 'RESOURCE_EXHAUSTED', help: 'The index has no room for more videos than 16.7 million.' },
  INDEX_CLOSED: { status: 'UNAVAILABLE', help: 'The model of this index is no longer in use.' },
  INDEX_UNAVAILABLE: { status: 'UNAVAILABLE', help: 'The thread of the index has ended. The other sources go on; start the server again.' },
  INDEX_FAILED: { status: 'INTERNAL', help: 'The index could not do what was asked; the log of the server says why.' },
  INDEX_NOT_SAVED: { help: 'The vectors of videos were not written; those before are still there. Make room on the disk.' },
  INDEX_SNAPSHOT_BROKEN: { help: 'The saved vectors are damaged or of another width. They are made anew.' },
  VECTOR_INVALID: { status: 'INVALID_ARGUMENT', help: 'A vector has no length, or a number that is not finite.' },
  VECTOR_WIDTH_OTHER: { status: 'INVALID_ARGUMENT', help: 'A vector has another width than the index.' },
  RANKER_BUSY: { help: 'Too many requests wait to be ranked: a few candidates of this one were. Raise models.workers if it goes on.' },
  RANKER_HUNG: { help: 'A thread that ranks gave no answer within models.hungMs, or a quarter of it. It is given up and replaced.' },
  RANKER_UNAVAILABLE: { help: 'No thread is there to rank, or each takes far longer than usual. Another is being started.' },
  RANKER_CLOSED: { help: 'The model is no longer in use.' },
  GRAPH_UNREADABLE: { help: 'The file is no graph that can be computed here. Train again, or get the file again.' },
  GRAPH_FAILED: { status: 'INTERNAL', help: 'A graph was not given what it takes. The log of the server says what.' },
  GRAPH_CLOSED: { status: 'UNAVAILABLE', help: 'The server is stopping. Try again.' },
  // Redis
  COUNTS_LATE: {
    status: 'UNAVAILABLE',
    help: 'What is counted did not come from Redis in time. The page was made without a model; the next one tries again.',
  },
  COUNTS_BEHIND: {
    status: 'UNAVAILABLE',
    help: 'No server with the role features has told what it counts for a while, or not all of it yet. Pages are made from what was told; see that such a server runs.',
  },
  ROLE_MISSING: { status: 'NOT_FOUND', help: 'This server does not do that: ask one with the role that the message names.' },
  REMOVALS_UNKNOWN: {
    status: 'UNAVAILABLE',
    help: 'The server is cut off from both Redis and the log, so it could show what was taken down elsewhere. Try again, or another server.',
  },
  REDIS_UNAVAILABLE: { status: 'UNAVAILABLE', help: 'Redis does not answer, or not within redis.timeoutMs. Try again; see that it runs.' },
  REDIS_FULL: {
    status: 'UNAVAILABLE',
    help: 'Redis has no memory left for what was to be written. Raise its maxmemory or add nodes; try again.',
  },
  REDIS_READ_ONLY: {
    status: 'UNAVAILABLE',
    help: 'The Redis server is a replica, which takes no writes. Name the primary in redis.nodes, or wait for the failover to end.',
  },
  REDIS_AUTH_WRONG: {
    status: 'UNAVAILABLE',
    help: 'Redis refuses the name or the password, or what that user may do is not enough. Correct redis.username and VIREO_REDIS_PASSWORD.',
  },
  REDIS_MODE_WRONG: { help: 'redis.cluster says that the servers are a cluster and they are none, or the other way round. Correct it.' },
  PERSON_UNREADABLE: {
    status: 'INTERNAL',
    help: 'What Redis has of a person is damaged. Delete the key that the message names: the person is then as if new.',
  },
  PERSON_CONTENDED: { status: 'UNAVAILABLE', help: 'Others kept changing the same person meanwhile. Try again.' },
  FEATURE_ROW_INVALID: {
    status: 'INTERNAL',
    help: 'A row of counts holds something else than integers from 0 on, or too many or few. It is not written.',
  },
  // The command line
  USAGE_WRONG: { help: 'The command was called wrongly. `vireo <command> --help` says how it is called.' },
  SERVER_UNREACHABLE: { help: 'No server answers at the address. Start one with `vireo start`, or name it with --server.' },
  FILE_UNREADABLE: { help: 'The file can not be read. Check its path and rights.' },
  MALFORMED_LINE: { help: 'A line of the file is no JSON object of the contract. It is left out; the others are taken.' },
  INTERRUPTED: { help: 'Stopped by a signal. The same command goes on where it was.' },
  // Start
  CONFIG_WRONG: { help: 'A setting is unknown or has a value that is not allowed; see docs/configuration.md.' },
  ADMIN_KEY_MISSING: { help: 'Start on 127.0.0.1, create a key with the scope admin, then listen on other addresses.' },
  DATA_DIR_IN_USE: { help: 'Another process owns the data folder. Stop it, or name another folder with dataDir.' },
  // Moving to other engines
  MIGRATION_SOURCE_MISSING: { help: 'The folder holds no log. Name the data folder of the server.' },
  MIGRATION_SERVERS_RUNNING: { help: 'A server uses the engines. Stop all servers, wait ten seconds, then run it again.' },
  MIGRATION_TARGET_NOT_EMPTY: {
    help: 'There is something already where everything is to go. Choose other prefixes, another place or folder, or delete what is there.',
  },
  MIGRATION_SOURCE_CHANGED: {
    help: 'Somebody has written to the old home since the migration began. Stop all servers, delete the new home and migration.json, and begin again.',
  },
  MIGRATION_TARGET_CHANGED: { help: 'Somebody has written to the new home meanwhile. Delete it and migration.json, and begin again.' },
  MIGRATION_OTHER: { help: 'The folder is part of another migration. Finish that one, or delete migration.json to give it up.' },
  MIGRATION_UNFINISHED: { help: 'Not all is there yet. Run the same `vireo migrate` again: it goes on where it was.' },
  MIGRATION_DONE: { help: 'There is nothing left to do. Start the servers.' },
  PORT_UNAVAILABLE: { help: 'The address can not be listened on. Choose another with httpPort, grpcPort or host.' },
}
