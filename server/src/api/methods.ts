import { RecsServiceService as OriginalFeed } from '../generated/original/recs_service.ts'
import {
  AdminServiceService as Admin,
  CheckFeaturesRequest,
  CheckFeaturesResponse,
  CreateKeyRequest,
  CreateKeyResponse,
  DescribeRequest,
  DescribeResponse,
  ExplainRequest,
  ExplainResponse,
  ImportRequest,
  ImportResponse,
  ListDeadLettersRequest,
  ListDeadLettersResponse,
  ListKeysRequest,
  ListKeysResponse,
  ListModelsRequest,
  ListModelsResponse,
  ReplayDeadLettersRequest,
  ReplayDeadLettersResponse,
  RestoreRequest,
  RestoreResponse,
  RevokeKeyRequest,
  RevokeKeyResponse,
  RollbackModelRequest,
  RollbackModelResponse,
  StatusRequest,
  StatusResponse,
  TakeDownRequest,
  TakeDownResponse,
  UseModelRequest,
  UseModelResponse,
} from '../generated/vireo/v1/admin.ts'
import {
  CatalogServiceService as Catalog,
  GetVideoRequest,
  GetVideoResponse,
  PutVideosRequest,
  PutVideosResponse,
  RemoveVideoRequest,
  RemoveVideoResponse,
  VideoState,
} from '../generated/vireo/v1/catalog.ts'
import {
  EventServiceService as Events,
  SendEventsRequest,
  SendEventsResponse,
  StreamEventsRequest,
  StreamEventsResponse,
} from '../generated/vireo/v1/events.ts'
import { RecsServiceService as Feed, RecsRequest, RecsResponse } from '../generated/vireo/v1/feed.ts'
import { acceptStream } from './accept-stream.ts'
import { consoleMethods } from './console-methods.ts'
import { keyCreated, keysListed } from './keys.ts'
import { clientStream, type Method, serverStream, unary } from './method.ts'

/** The whole surface: gRPC, HTTP and OpenAPI are made from this table. */
export const methods: readonly Method[] = [
  unary({
    path: Feed.getVideos.path,
    alias: OriginalFeed.getVideos.path,
    request: RecsRequest,
    response: RecsResponse,
    scope: 'feed',
    routes: ['POST /v1/feed', 'GET /v1/feed/{userid}'],
    run: ({ services }, request, signal) => services.feed.getVideos(request, signal),
  }),
  unary({
    path: Events.sendEvents.path,
    request: SendEventsRequest,
    response: SendEventsResponse,
    scope: 'events',
    routes: ['POST /v1/events'],
    batch: 'events',
    run: async ({ services }, { events }, signal) => {
      const { accepted, duplicates, refused } = await services.events.accept(events, signal)
      return { accepted, duplicates, refused: [...refused] }
    },
  }),
  clientStream({
    path: Events.streamEvents.path,
    request: StreamEventsRequest,
    response: StreamEventsResponse,
    scope: 'events',
    batch: 'events',
    run: ({ services }, batches, signal) => acceptStream(services.events, batches, signal),
  }),
  unary({
    path: Catalog.putVideos.path,
    request: PutVideosRequest,
    response: PutVideosResponse,
    scope: 'catalog',
    routes: ['POST /v1/videos'],
    batch: 'videos',
    run: ({ services }, { videos }, signal) => services.catalog.put(videos, signal),
  }),
  unary({
    path: Catalog.getVideo.path,
    request: GetVideoRequest,
    response: GetVideoResponse,
    scope: 'catalog',
    routes: ['GET /v1/videos/{video_id}'],
    run: ({ services }, { videoId }) => services.catalog.get(videoId),
  }),
  unary({
    path: Catalog.removeVideo.path,
    request: RemoveVideoRequest,
    response: RemoveVideoResponse,
    scope: 'catalog',
    routes: ['DELETE /v1/videos/{video_id}'],
    run: async ({ services }, { videoId }, signal, by) => {
      await services.catalog.changeState(videoId, VideoState.VIDEO_STATE_REMOVED, '', signal, by)
      return {}
    },
  }),
  unary({
    path: Admin.createKey.path,
    request: CreateKeyRequest,
    response: CreateKeyResponse,
    scope: 'admin',
    routes: ['POST /v1/admin/keys'],
    run: ({ keys }, request) => keyCreated(keys, request),
  }),
  unary({
    path: Admin.listKeys.path,
    request: ListKeysRequest,
    response: ListKeysResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/keys'],
    run: async ({ keys }) => keysListed(keys),
  }),
  unary({
    path: Admin.revokeKey.path,
    request: RevokeKeyRequest,
    response: RevokeKeyResponse,
    scope: 'admin',
    routes: ['DELETE /v1/admin/keys/{key_id}'],
    run: async ({ keys }, { keyId }) => {
      await keys.revoke(keyId)
      return {}
    },
  }),
  unary({
    path: Admin.takeDown.path,
    request: TakeDownRequest,
    response: TakeDownResponse,
    scope: 'admin',
    routes: ['POST /v1/admin/videos/{video_id}/take-down'],
    run: async ({ services }, { videoId, reason }, signal, by) => {
      await services.catalog.changeState(videoId, VideoState.VIDEO_STATE_TAKEN_DOWN, reason, signal, by)
      return {}
    },
  }),
  unary({
    path: Admin.restore.path,
    request: RestoreRequest,
    response: RestoreResponse,
    scope: 'admin',
    routes: ['POST /v1/admin/videos/{video_id}/restore'],
    run: async ({ services }, { videoId, reason }, signal, by) => {
      await services.catalog.changeState(videoId, VideoState.VIDEO_STATE_CLEARED, reason, signal, by)
      return {}
    },
  }),
  unary({
    path: Admin.explain.path,
    request: ExplainRequest,
    response: ExplainResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/explain/{userid}/{video_id}'],
    run: ({ services }, request, signal) => services.operations.explain(request, signal),
  }),
  unary({
    path: Admin.status.path,
    request: StatusRequest,
    response: StatusResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/status'],
    run: ({ services }) => services.operations.status(),
  }),
  unary({
    path: Admin.describe.path,
    request: DescribeRequest,
    response: DescribeResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/pipeline'],
    run: async ({ services }) => services.operations.describe(),
  }),
  serverStream({
    path: Admin.import.path,
    request: ImportRequest,
    response: ImportResponse,
    scope: 'admin',
    routes: ['POST /v1/admin/import'],
    run: ({ services }, request, signal) => services.operations.import(request, signal),
  }),
  serverStream({
    path: Admin.checkFeatures.path,
    request: CheckFeaturesRequest,
    response: CheckFeaturesResponse,
    scope: 'admin',
    routes: ['POST /v1/admin/features/check'],
    run: ({ services }, request, signal) => services.operations.checkFeatures(request, signal),
  }),
  unary({
    path: Admin.listModels.path,
    request: ListModelsRequest,
    response: ListModelsResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/models'],
    run: ({ services }) => services.models.list(),
  }),
  unary({
    path: Admin.useModel.path,
    request: UseModelRequest,
    response: UseModelResponse,
    scope: 'admin',
    routes: ['POST /v1/admin/models/{version}/use'],
    run: async ({ services }, { version }) => ({ model: await services.models.use(version) }),
  }),
  unary({
    path: Admin.rollbackModel.path,
    request: RollbackModelRequest,
    response: RollbackModelResponse,
    scope: 'admin',
    routes: ['POST /v1/admin/models/rollback'],
    run: async ({ services }) => ({ model: await services.models.rollback() }),
  }),
  unary({
    path: Admin.listDeadLetters.path,
    request: ListDeadLettersRequest,
    response: ListDeadLettersResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/dead-letters'],
    run: async ({ services }, { limit }) => services.deadLetters.list(limit),
  }),
  unary({
    path: Admin.replayDeadLetters.path,
    request: ReplayDeadLettersRequest,
    response: ReplayDeadLettersResponse,
    scope: 'admin',
    routes: ['POST /v1/admin/dead-letters/replay'],
    run: ({ services }, { places }, signal, by) => services.deadLetters.replay(places, signal, by),
  }),
  ...consoleMethods,
]
