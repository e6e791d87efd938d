import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { TestContext } from 'node:test'
import { type Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import type { FastifyPluginCallback } from 'fastify'
import { loadConfig } from '../config.ts'
import { NotFound } from '../errors.ts'
import {
  AdminServiceClient,
  CheckFeaturesResponse,
  DeadLetter,
  ExplainResponse,
  Model,
  StatusResponse,
} from '../generated/vireo/v1/admin.ts'
import { CatalogServiceClient, Video, VideoStats } from '../generated/vireo/v1/catalog.ts'
import { InspectDataResponse, InspectFeaturesResponse } from '../generated/vireo/v1/console_data.ts'
import { InspectModelsResponse } from '../generated/vireo/v1/console_models.ts'
import { ListMeasuresResponse, WatchResponse } from '../generated/vireo/v1/console_now.ts'
import { InspectPersonResponse, TryFeedResponse } from '../generated/vireo/v1/console_person.ts'
import {
  InspectCreatorResponse,
  InspectExplorationResponse,
  InspectVideoResponse,
  SearchVideosResponse,
} from '../generated/vireo/v1/console_video.ts'
import { EventServiceClient } from '../generated/vireo/v1/events.ts'
import { Level, RecsServiceClient } from '../generated/vireo/v1/feed.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import type { Services } from '../services.ts'
import { KeyStore } from './access/key-store.ts'
import { startApi } from './api.ts'

/** Answers with what it was asked; the event whose video is "bad" is refused. */
export const fakeServices = (): Services => ({
  feed: {
    getVideos: async (request) => ({
      requestId: request.requestId,
      results: [{ ...noResult, videoId: `${request.userid}-${request.pageNumber}-${request.resultPerPage}`, videoUrl: 'https://v/1' }],
      level: Level.LEVEL_FULL,
      degraded: [],
      freePlaces: [],
      arm: '',
      levelReason: '',
    }),
  },
  events: {
    accept: async (events) => {
      const refused = events.flatMap(({ evtType, videoId }, index) =>
        evtType === -1 || videoId === 'bad' ? [{ index, code: 'EVENT_REFUSED', field: 'video_id', message: 'No.', retryable: false }] : [],
      )
      return { accepted: events.length - refused.length, duplicates: 0, refused }
    },
  },
  catalog: {
    put: async (videos) => ({ accepted: videos.length, refused: [] }),
    get: async (videoId) => {
      if (videoId === 'none') throw new NotFound('VIDEO_UNKNOWN', 'video_id', 'No such video.')
      return { video: Video.create({ videoId, title: 'A video' }), stats: VideoStats.create({ videoId, watchCount: 3 }) }
    },
    changeState: async () => {},
  },
  models: {
    list: async () => ({ models: [Model.create({ name: 'feed', version: '1', serves: true })], chosen: '1' }),
    use: async (version) => Model.create({ name: 'feed', version, serves: true }),
    rollback: async () => Model.create({ name: 'feed', version: '0', serves: true }),
  },
  deadLetters: {
    list: () => ({ letters: [DeadLetter.create({ key: 'ada', code: 'RECORD_NEWER' })], total: 1 }),
    replay: async (places) => ({ applied: places.length, left: [] }),
  },
  operations: {
    explain: async ({ userid, videoId }) => ExplainResponse.create({ verdict: `${userid} ${videoId}` }),
    describe: () => ({ stages: [{ kind: 'source', name: 'trending', onFailure: 'skip', deadlineMs: 20 }] }),
    status: async () => StatusResponse.create({ version: 'test', residentBytes: 2n ** 40n }),
    async *import() {
      for (const rowsDone of [1n, 2n]) yield { rowsDone, rowsTotal: 2n, phase: 'events', refused: {}, finished: rowsDone === 2n }
    },
    async *checkFeatures({ views }) {
      for (const view of views) yield CheckFeaturesResponse.create({ view, compared: 2n })
    },
    ready: () => true,
  },
  console: {
    async *watch() {
      for (let message = 0; message < 2; message++) yield WatchResponse.create({})
    },
    listMeasures: async () => ListMeasuresResponse.create({}),
    inspectPerson: async () => InspectPersonResponse.create({}),
    tryFeed: async () => TryFeedResponse.create({}),
    searchVideos: async () => SearchVideosResponse.create({}),
    inspectVideo: async () => InspectVideoResponse.create({}),
    inspectCreator: async () => InspectCreatorResponse.create({}),
    inspectExploration: async () => InspectExplorationResponse.create({}),
    inspectModels: async () => InspectModelsResponse.create({}),
    inspectData: async () => InspectDataResponse.create({}),
    inspectFeatures: async () => InspectFeaturesResponse.create({}),
  },
})

const noResult = {
  videoUrl: '',
  videoTitle: '',
  videoStats: '',
  videoId: '',
  creatorId: '',
  thumbnailUrl: '',
  tracking: '',
  reason: '',
  source: '',
  categories: [],
}

export interface Setup {
  readonly services?: Services
  readonly env?: Record<string, string>
  readonly dataDir?: string
  readonly pages?: FastifyPluginCallback
}

const folders = mkdtempSync(join(tmpdir(), 'vireo-api-'))
process.on('exit', () => rmSync(folders, { recursive: true, force: true }))

/** A folder of its own. */
export const newFolder = (): string => mkdtempSync(join(folders, 'test-'))

/** Both doors on free ports, with clients; all of it ends with the test. */
export async function startForTests(test: Pick<TestContext, 'after'>, { services = fakeServices(), env = {}, dataDir, pages }: Setup = {}) {
  const folder = dataDir ?? newFolder()
  const config = loadConfig({ VIREO_HTTP_PORT: '0', VIREO_GRPC_PORT: '0', ...env }, folder)
  const logged = new PassThrough()
  const lines: string[] = []
  logged.on('data', (line: Buffer) => lines.push(line.toString()))
  const log = createLog('debug', logged)
  const keys = new KeyStore({ dataDir: folder }, log)
  const metrics = createMetrics()
  const api = await startApi({ services, config, keys, metrics, log, ...(pages && { pages }) })
  const address = `127.0.0.1:${api.grpcPort}`
  const clients: Client[] = []
  const client = <Kind extends Client>(kind: new (address: string, channel: ReturnType<typeof credentials.createInsecure>) => Kind) => {
    const made = new kind(address, credentials.createInsecure())
    clients.push(made)
    return made
  }
  let closed: Promise<void> | undefined
  const close = (graceMs: number) => (closed ??= api.close(graceMs))
  test.after(async () => {
    for (const each of clients) each.close()
    await close(0)
  })
  return {
    ...api,
    close,
    address,
    folder,
    keys,
    metrics,
    lines,
    client,
    feed: client(RecsServiceClient),
    events: client(EventServiceClient),
    catalog: client(CatalogServiceClient),
    admin: client(AdminServiceClient),
    url: `http://127.0.0.1:${api.httpPort}`,
  }
}

/** A unary call as a promise. */
export function call<Request, Response>(
  client: Client,
  method: (
    request: Request,
    metadata: Metadata,
    options: object,
    done: (error: ServiceError | null, response: Response) => void,
  ) => unknown,
  request: Request,
  secret?: string,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method.call(client, request, authorized(secret), {}, (error, response) => (error ? reject(error) : resolve(response)))
  })
}

export function authorized(secret: string | undefined): Metadata {
  const metadata = new Metadata()
  if (secret !== undefined) metadata.set('authorization', `Bearer ${secret}`)
  return metadata
}

export const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

export const postJson = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
