import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { VireoError } from './errors.ts'
import { nearest } from './nearest.ts'
import { areRoles, hasAllRoles, roles } from './roles.ts'
import { s3Url } from './s3-url.ts'

const whole = (standard: number, least: number, most: number, help: string) => z.int().min(least).max(most).default(standard).describe(help)
const share = (standard: number, help: string) => z.number().min(0).max(1).default(standard).describe(help)
const text = (standard: string, help: string) => z.string().min(1).default(standard).describe(help)
const endpoints = /^https?:\/\/[^\s/?#@]+\/?$/
const origins = /^(https?:\/\/[^\s/A-Z]+( (?=.)|$))*$/
/** Addresses of Redis: hosts, names or IPv6 in brackets, each with its port. */
const redisNodes = /^((\[[^\]\s]+\]|[^\s:[\]]+):\d{1,5}( (?=.)|$))*$/
const group = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape).prefault({} as never)

/** The configuration: names, types, limits, defaults and help. A key added to it has its variable, its errors and its line in docs/configuration.md. */
const keys = z.strictObject({
  host: text('127.0.0.1', 'Address to listen on. Any but a loopback address needs a key with the scope admin.'),
  httpPort: whole(8080, 0, 65_535, 'Port of HTTP; 0 takes a free one.'),
  grpcPort: whole(8081, 0, 65_535, 'Port of gRPC; 0 takes a free one.'),
  dataDir: text('.vireo', 'Folder of everything that is kept; one process owns it.'),
  roles: text(
    roles.join(),
    'What this server does, separated by commas: api answers requests, features keeps what is counted, lake writes the lake.',
  ),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('The least severe lines to write to standard error.'),
  shutdownGraceMs: whole(10_000, 0, 600_000, 'How long running calls may take to end when the server stops, in ms.'),
  log: group({
    maxMb: whole(4_096, 16, 1_048_576, 'Size of the event log on disk, in MiB, from which it takes no more.'),
    keepHours: whole(
      96,
      1,
      87_600,
      'Records younger than this, in hours, stay in the log; older ones go once the lake has them and the state is saved.',
    ),
  }),
  s3: group({
    endpoint: z
      .string()
      .default('')
      .describe('Address of the object store, such as https://minio.example:9000; empty for AWS. Keys are found as usual for S3.'),
    region: z.string().default('').describe('Its region; empty takes that of the environment (AWS_REGION) or of the profile.'),
    pathStyle: z.boolean().default(false).describe("Whether a bucket's name goes into the path of an address, not into its host."),
    httpfs: z
      .string()
      .default('')
      .describe("File of DuckDB's extension httpfs, built for the same version of DuckDB; empty lets DuckDB fetch it once."),
    httpfsUnchecked: z
      .boolean()
      .default(false)
      .describe('Whether that file is taken without a look at its signature and version: one of another version may crash. For tests.'),
  }),
  kafka: group({
    brokers: z
      .string()
      .default('')
      .describe(
        'Brokers of a Kafka cluster that holds the event log, as host:port, separated by commas; empty keeps it in the data folder.',
      ),
    topicPrefix: text('vireo.', 'What the names of topics begin with.'),
    partitions: whole(12, 1, 1_024, 'Partitions of each topic; fixed once there are topics.'),
    replicas: whole(0, 0, 15, 'Copies of each record in topics that are created; 0 takes what the cluster has set.'),
    createTopics: z.boolean().default(true).describe('Whether topics that are missing are created.'),
    tls: z.boolean().default(false).describe('Whether connections are encrypted.'),
    tlsCa: z.string().default('').describe('File with the certificates to trust, in PEM; empty takes those that Node trusts.'),
    sasl: z.enum(['none', 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']).default('none').describe('How to log in.'),
    user: z.string().default('').describe('Name to log in with.'),
    password: z.string().default('').describe('Password to log in with; best given by its variable.'),
    appendTimeoutMs: whole(10_000, 100, 600_000, 'Time for a record to become durable, in ms; after that it is refused.'),
    requestTimeoutMs: whole(10_000, 100, 600_000, 'Time for any other request, in ms.'),
  }),
  flink: group({
    restUrl: z.string().default('').describe("Address of Flink's REST interface, such as http://flink.example:8081; for `vireo flink`."),
    gatewayUrl: z.string().default('').describe("Address of Flink's SQL gateway, such as http://flink.example:8083."),
    kafkaBrokers: z.string().default('').describe('Brokers of Kafka as Flink reaches them, where that is otherwise than kafka.brokers.'),
    parallelism: whole(0, 0, 1_024, 'Tasks that share the work of a job; 0 takes what the cluster has set.'),
    gatherMs: whole(20, 0, 60_000, 'How long changes of a tile are gathered before it is written, in ms.'),
    checkpointSeconds: whole(10, 1, 3_600, 'How often the state of a job is written down, in s.'),
    stateBackend: z
      .enum(['cluster', 'hashmap', 'rocksdb'])
      .default('cluster')
      .describe('Where a job keeps its state: in memory, or on disk (rocksdb) where that is too small; cluster takes what is set there.'),
    savepoints: z
      .string()
      .default('')
      .describe('Where savepoints go, such as s3://bucket/savepoints; empty takes what the cluster has set.'),
  }),
  lake: group({
    enabled: z.boolean().default(true).describe('Whether the event log is also written to Parquet files, by a process of its own.'),
    location: z.string().default('').describe('Where those files lie: s3://bucket/prefix; empty for the data folder.'),
    commitSeconds: whole(60, 1, 3_600, 'How long a record waits at most until it is written to them, in s.'),
    memoryMb: whole(512, 128, 65_536, 'Memory for writing them, in MiB, beyond that of the process itself; what needs more goes to disk.'),
  }),
  snapshots: group({
    everyMinutes: whole(
      15,
      1,
      1_440,
      'Where servers share a log and lake.location is an object store: one of them puts a copy of its state there so often, in minutes, for new servers to begin with.',
    ),
  }),
  features: group({
    logShare: share(1, 'Share of pages whose feature vectors are logged, for training.'),
    cacheMb: whole(128, 8, 65_536, 'Memory for what is counted of people who are active, in MiB.'),
    tiles: z
      .enum(['counted', 'topics'])
      .default('counted')
      .describe(
        'Whether servers count tiles themselves, or take them from the topics of Kafka that a stream engine keeps (`vireo flink`).',
      ),
  }),
  people: group({
    cacheMb: whole(256, 8, 65_536, 'Memory for the state of people who are active, in MiB.'),
  }),
  redis: group({
    nodes: z
      .string()
      .default('')
      .describe('Redis servers as host:port, separated by a space; empty keeps what is known of people in the data folder.'),
    cluster: z.boolean().default(false).describe('Whether they are a Redis Cluster; some of its nodes will do.'),
    username: z.string().default('').describe('Name to log in with; empty takes that of Redis itself.'),
    password: z.string().default('').describe('Password to log in with. Give it in the environment, not in the file.'),
    tls: z.boolean().default(false).describe('Whether to speak TLS; NODE_EXTRA_CA_CERTS names a file of further authorities.'),
    prefix: text('vireo:', 'What all keys begin with.'),
    timeoutMs: whole(500, 10, 60_000, 'Time for one read or change, with all its tries, in ms.'),
    keepDays: whole(400, 1, 36_500, 'A person of whom nothing new is heard for so long, in days, is forgotten.'),
  }),
  feed: group({
    defaultCount: whole(10, 1, 50, 'Videos of a page for a request that does not say how many; at most feed.maxCount.'),
    maxCount: whole(50, 1, 50, 'The most videos a page may have.'),
    candidates: whole(1_000, 10, 10_000, 'The most candidates of a request.'),
    explorationShare: share(0.05, 'Share of slots for new videos that have yet to show what they are worth.'),
    dislikeHalfLifeHours: whole(168, 1, 87_600, 'Time after which a dislike counts half against what is like it, in hours.'),
    diversityStrength: z
      .number()
      .min(0)
      .max(32)
      .default(8.5)
      .describe(
        'Doublings of its place in the ranking that a video loses which is just like one before it; 0 leaves the limits by creator, sound and category.',
      ),
    serendipityShare: share(0.1, 'Share of pages with a place for something good that is unlike what the person watched.'),
    ads: group({
      first: whole(4, 1, 1_000, 'The first place of a feed that is left free for an ad, counted from 1.'),
      every: whole(0, 0, 1_000, 'Places from one ad to the next, 2 or more; 0 leaves none free.'),
    }),
    defaultAge: whole(13, 0, 150, 'Age in years of a person whose request gives none: videos rated above it are left out.'),
    deadlineMs: whole(150, 1, 60_000, 'Time for a page to become durable, in ms; after that it leaves without tracking tokens.'),
    sourceDeadlineMs: whole(20, 1, 60_000, 'Time for each source of candidates, in ms.'),
    waitMs: whole(
      70,
      1,
      60_000,
      'How long the last in line may have to wait for its turn, in ms; for good, half as long. In a longer line pages take less work (docs/degradation.md).',
    ),
    maxInFlight: whole(256, 1, 65_536, 'Feeds that are made at the same time; one more is told to come back.'),
  }),
  models: group({
    enabled: z.boolean().default(true).describe('Whether a trained model ranks the feed, where the registry has one.'),
    registry: text('models', 'Folder of trained models, or s3://bucket/prefix.'),
    name: text('feed', 'Name of the model in it.'),
    workers: whole(1, 1, 64, 'Threads that rank; each computes one request at a time.'),
    queue: whole(32, 1, 4_096, 'Requests that wait to be ranked at most; others have a few of their candidates ranked.'),
    deadlineMs: whole(60, 1, 60_000, 'Time to rank all candidates of a request, in ms; after that a few of them are ranked.'),
    hungMs: whole(
      1_000,
      10,
      600_000,
      'A thread that has ranked one request for so long, in ms, is given up and replaced; after a quarter of it, where requests take far less.',
    ),
    fewCandidates: whole(50, 1, 1_000, 'How many candidates are ranked where time is short.'),
    weights: z.string().default('').describe('File with the weights of the value, by surface and arm; empty takes those of the model.'),
    valueWeight: z
      .number()
      .min(0)
      .max(100)
      .default(1.5)
      .describe('How much the logarithm of the value counts against the logit of retrieval.'),
    coWatchWeight: z
      .number()
      .min(0)
      .max(100)
      .default(1.5)
      .describe('How much the logarithm of similarity by co-watching counts against the logit of retrieval; 0 leaves it out.'),
    creatorWeight: z
      .number()
      .min(0)
      .max(10)
      .default(0.1)
      .describe("What a new creator's sure long view adds to the score at most; 0 leaves creators out."),
    sessionWeight: z
      .number()
      .min(0)
      .max(100)
      .default(5)
      .describe('How much it counts which categories did better than others in the running session, for somebody new.'),
    creatorImpressions: whole(1_000, 1, 1_000_000_000, 'Impressions of a creator from which on it adds nothing.'),
  }),
  events: group({
    horizonHours: whole(72, 1, 720, 'Events older than this, in hours, are refused.'),
    maxFutureMinutes: whole(10, 0, 1_440, 'Events further ahead of the server than this, in minutes, are refused.'),
  }),
  api: group({
    keysFile: z.string().default('').describe('File of the keys, which several servers may share; empty keeps them in the data folder.'),
    allowedOrigins: z
      .string()
      .default('')
      .describe(
        'Origins whose pages may ask for feeds and send events from a browser, such as https://app.example, separated by a space; those of the server itself always may.',
      ),
  }),
  limits: group({
    bodyMb: whole(4, 1, 64, 'The largest message or body, in MiB.'),
    batchSize: whole(1_000, 1, 100_000, 'The most events or videos in one batch.'),
    idLength: whole(128, 16, 1_024, 'The longest id of a person, a video or an event, in bytes.'),
    ratePerKeyPerSecond: whole(2_000, 1, 1_000_000, 'Calls a second of one key; a full second may come at once.'),
  }),
})

const isPlace = (location: string) => !location.startsWith('s3:') || s3Url.test(location)
const placeError = "s3:// with a bucket and a prefix of letters, digits, '_', '=', '.' and '-'"

export const configSchema = keys
  .refine(({ lake }) => lake.location === '' || s3Url.test(lake.location), { path: ['lake', 'location'], error: placeError })
  .refine(({ models }) => isPlace(models.registry), { path: ['models', 'registry'], error: placeError })
  .refine(({ s3 }) => s3.endpoint === '' || endpoints.test(s3.endpoint), {
    path: ['s3', 'endpoint'],
    error: 'http:// or https:// with a host, without a path',
  })
  .refine(({ flink }) => [flink.restUrl, flink.gatewayUrl].every((url) => url === '' || endpoints.test(url)), {
    path: ['flink', 'restUrl'],
    error: 'http:// or https:// with a host, without a path, as of flink.gatewayUrl',
  })
  .refine(({ feed }) => feed.defaultCount <= feed.maxCount, { path: ['feed', 'defaultCount'], error: 'at most feed.maxCount' })
  .refine(({ feed }) => feed.ads.every !== 1, { path: ['feed', 'ads', 'every'], error: '0, or 2 or more' })
  .refine(({ kafka, redis }) => (kafka.brokers === '') === (redis.nodes === ''), {
    path: ['kafka', 'brokers'],
    error: 'Kafka holds the log and Redis the people of servers that share them: name both kafka.brokers and redis.nodes, or none',
  })
  .refine((config) => areRoles(config.roles), { path: ['roles'], error: `one or more of ${roles.join(', ')}, separated by commas` })
  .refine((config) => hasAllRoles(config) || config.kafka.brokers !== '' || !areRoles(config.roles), {
    path: ['roles'],
    error: `${roles.join()}: some of them alone only where servers share kafka.brokers and redis.nodes`,
  })
  .refine(({ features, kafka }) => features.tiles === 'counted' || kafka.brokers !== '', {
    path: ['features', 'tiles'],
    error: 'topics where kafka.brokers names a cluster, else counted',
  })
  .refine(({ events, features }) => features.tiles === 'counted' || events.horizonHours <= 72, {
    path: ['events', 'horizonHours'],
    error: 'at most 72 where features.tiles is topics: a stream engine keeps a tile for five days',
  })
  .refine(({ redis }) => redisNodes.test(redis.nodes), {
    path: ['redis', 'nodes'],
    error: 'servers such as redis.example:6379, separated by a space',
  })
  .refine(({ redis }) => !/[{}]/.test(redis.prefix), { path: ['redis', 'prefix'], error: 'without { and }, which choose the node' })
  .refine(({ api }) => origins.test(api.allowedOrigins), {
    path: ['api', 'allowedOrigins'],
    error: 'origins as browsers send them, such as https://app.example, separated by a space',
  })

export type Config = z.infer<typeof configSchema>

/** One key of the configuration, for errors and documentation. */
export interface Setting {
  readonly path: string
  readonly variable: string
  readonly type: string
  readonly allowed: string
  readonly standard: unknown
  readonly help: string
}

interface Node {
  readonly type: string
  readonly properties?: Record<string, Node>
  readonly minimum?: number
  readonly minLength?: number
  readonly maximum?: number
  readonly enum?: readonly string[]
  readonly default?: unknown
  readonly description?: string
}

export const settings: readonly Setting[] = flatten(z.toJSONSchema(configSchema, { io: 'input' }) as Node, [])

/** The variable that names the file; it is no key of the configuration. */
const fileVariable = 'VIREO_CONFIG'

/** The variable with the key of commands, which is no setting and never in the file. */
export const keyVariable = 'VIREO_KEY'

/** Reads the file and the environment, of which the environment wins. Throws `VireoError` `CONFIG_WRONG` that lists all that is wrong. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>, cwd: string): Config {
  const problems: string[] = []
  const values = readFile(env[fileVariable], cwd)
  const variables = new Map(settings.map((setting) => [setting.variable, setting]))
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('VIREO_') || name === fileVariable || name === keyVariable || value === undefined) continue
    const setting = variables.get(name)
    if (setting === undefined) problems.push(`${name} is not a setting; did you mean ${nearest(name, variables.keys())}?`)
    else put(values, setting.path.split('.'), fromText(value, setting.type))
  }
  const parsed = configSchema.safeParse(values)
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap((issue) => explain(issue, values)))
  if (!parsed.success || problems.length > 0) throw wrong(problems)
  return parsed.data
}

function flatten(node: Node, path: readonly string[]): Setting[] {
  if (node.properties) return Object.entries(node.properties).flatMap(([name, child]) => flatten(child, [...path, name]))
  const type = node.enum ? 'one of' : node.type
  const range =
    node.minimum !== undefined && node.maximum !== undefined
      ? `${node.minimum} to ${node.maximum}`
      : node.minLength
        ? 'not empty'
        : 'any text'
  const allowed = node.enum?.join(', ') ?? (node.type === 'boolean' ? 'true or false' : range)
  const variable = `VIREO_${path.map((part) => part.replace(/[A-Z]/g, '_$&').toUpperCase()).join('_')}`
  return [{ path: path.join('.'), variable, type, allowed, standard: node.default, help: node.description ?? '' }]
}

function readFile(named: string | undefined, cwd: string): Record<string, unknown> {
  const path = join(cwd, named ?? 'vireo.json')
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (cause) {
    if (named === undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw wrong([`The file ${path} can't be read (${(cause as Error).message}); ${fileVariable} names it.`])
  }
  try {
    const values: unknown = JSON.parse(content)
    if (typeof values === 'object' && values !== null && !Array.isArray(values)) return values as Record<string, unknown>
  } catch {}
  throw wrong([`The file ${path} is not a JSON object.`])
}

/** A group that the file has wrong stays as it is, for the schema to refuse. */
function put(values: Record<string, unknown>, [name, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) values[name!] = value
  else {
    values[name!] ??= {}
    if (typeof values[name!] === 'object') put(values[name!] as Record<string, unknown>, rest, value)
  }
}

/** A text that is no number stays one, for the schema to refuse by its value. */
function fromText(value: string, type: string): unknown {
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value
  const number = type === 'integer' || type === 'number' ? Number(value) : Number.NaN
  return value.trim() === '' || Number.isNaN(number) ? value : number
}

function explain(issue: z.core.$ZodIssue, values: unknown): string[] {
  const path = issue.path.join('.')
  const known = settings.map((setting) => setting.path)
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => (path === '' ? key : `${path}.${key}`))
    return names.map((name) => `${name} is not a setting; did you mean ${nearest(name, known)}?`)
  }
  const setting = settings.find((each) => each.path === path)
  const found = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], values)
  const value = JSON.stringify(found === undefined ? setting?.standard : found)
  if (setting === undefined) return [`${path} is ${value}; it holds ${known.filter((name) => name.startsWith(`${path}.`)).join(', ')}.`]
  const allowed = issue.code === 'custom' ? issue.message : `${setting.type} ${setting.allowed}`
  return [`${path} (${setting.variable}) is ${value}; allowed is ${allowed}.`]
}

function wrong(problems: readonly string[]): VireoError {
  return new VireoError({ code: 'CONFIG_WRONG', fault: 'client', retryable: false, message: problems.join('\n') })
}
