import { ConsoleServiceService as Console } from '../generated/vireo/v1/console.ts'
import {
  InspectDataRequest,
  InspectDataResponse,
  InspectFeaturesRequest,
  InspectFeaturesResponse,
} from '../generated/vireo/v1/console_data.ts'
import { InspectModelsRequest, InspectModelsResponse } from '../generated/vireo/v1/console_models.ts'
import { ListMeasuresRequest, ListMeasuresResponse, WatchRequest, WatchResponse } from '../generated/vireo/v1/console_now.ts'
import { InspectPersonRequest, InspectPersonResponse, TryFeedRequest, TryFeedResponse } from '../generated/vireo/v1/console_person.ts'
import {
  InspectCreatorRequest,
  InspectCreatorResponse,
  InspectExplorationRequest,
  InspectExplorationResponse,
  InspectVideoRequest,
  InspectVideoResponse,
  SearchVideosRequest,
  SearchVideosResponse,
} from '../generated/vireo/v1/console_video.ts'
import { type Method, serverStream, unary } from './method.ts'

/** What the console asks. */
export const consoleMethods: readonly Method[] = [
  serverStream({
    path: Console.watch.path,
    request: WatchRequest,
    response: WatchResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/watch'],
    run: ({ leaving, services }, request, signal) => services.console.watch(request, AbortSignal.any([signal, leaving])),
  }),
  unary({
    path: Console.listMeasures.path,
    request: ListMeasuresRequest,
    response: ListMeasuresResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/measures'],
    run: ({ services }, request, signal) => services.console.listMeasures(request, signal),
  }),
  unary({
    path: Console.inspectPerson.path,
    request: InspectPersonRequest,
    response: InspectPersonResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/people/{userid}'],
    run: ({ services }, request, signal) => services.console.inspectPerson(request, signal),
  }),
  unary({
    path: Console.tryFeed.path,
    request: TryFeedRequest,
    response: TryFeedResponse,
    scope: 'admin',
    routes: ['POST /v1/admin/try-feed'],
    run: ({ services }, request, signal) => services.console.tryFeed(request, signal),
  }),
  unary({
    path: Console.searchVideos.path,
    request: SearchVideosRequest,
    response: SearchVideosResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/videos'],
    run: ({ services }, request, signal) => services.console.searchVideos(request, signal),
  }),
  unary({
    path: Console.inspectVideo.path,
    request: InspectVideoRequest,
    response: InspectVideoResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/videos/{video_id}'],
    run: ({ services }, request, signal) => services.console.inspectVideo(request, signal),
  }),
  unary({
    path: Console.inspectCreator.path,
    request: InspectCreatorRequest,
    response: InspectCreatorResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/creators/{creator_id}'],
    run: ({ services }, request, signal) => services.console.inspectCreator(request, signal),
  }),
  unary({
    path: Console.inspectExploration.path,
    request: InspectExplorationRequest,
    response: InspectExplorationResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/exploration'],
    run: ({ services }, request, signal) => services.console.inspectExploration(request, signal),
  }),
  unary({
    path: Console.inspectModels.path,
    request: InspectModelsRequest,
    response: InspectModelsResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/predictions'],
    run: ({ services }, request, signal) => services.console.inspectModels(request, signal),
  }),
  unary({
    path: Console.inspectData.path,
    request: InspectDataRequest,
    response: InspectDataResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/data'],
    run: ({ services }, request, signal) => services.console.inspectData(request, signal),
  }),
  unary({
    path: Console.inspectFeatures.path,
    request: InspectFeaturesRequest,
    response: InspectFeaturesResponse,
    scope: 'admin',
    routes: ['GET /v1/admin/features'],
    run: ({ services }, request, signal) => services.console.inspectFeatures(request, signal),
  }),
]
