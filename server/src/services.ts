import type {
  CheckFeaturesRequest,
  CheckFeaturesResponse,
  DeadLetter,
  DescribeResponse,
  ExplainRequest,
  ExplainResponse,
  ImportRequest,
  ImportResponse,
  LetterPlace,
  ListModelsResponse,
  Model,
  StatusResponse,
} from './generated/vireo/v1/admin.ts'
import type { PutVideosResponse, Video, VideoState, VideoStats } from './generated/vireo/v1/catalog.ts'
import type {
  InspectDataRequest,
  InspectDataResponse,
  InspectFeaturesRequest,
  InspectFeaturesResponse,
} from './generated/vireo/v1/console_data.ts'
import type { InspectModelsRequest, InspectModelsResponse } from './generated/vireo/v1/console_models.ts'
import type { ListMeasuresRequest, ListMeasuresResponse, WatchRequest, WatchResponse } from './generated/vireo/v1/console_now.ts'
import type { InspectPersonRequest, InspectPersonResponse, TryFeedRequest, TryFeedResponse } from './generated/vireo/v1/console_person.ts'
import type {
  InspectCreatorRequest,
  InspectCreatorResponse,
  InspectExplorationRequest,
  InspectExplorationResponse,
  InspectVideoRequest,
  InspectVideoResponse,
  SearchVideosRequest,
  SearchVideosResponse,
} from './generated/vireo/v1/console_video.ts'
import type { RefusedEvent, UserVideoEvent } from './generated/vireo/v1/events.ts'
import type { RecsRequest, RecsResponse } from './generated/vireo/v1/feed.ts'

/** What came of a batch of events. */
export interface Accepted {
  readonly accepted: number
  readonly duplicates: number
  readonly refused: readonly RefusedEvent[]
}

/** What Vireo does, in the words of the contract; the doors in `api/` add transport, keys and limits of size. All throw `VireoError`. */
export interface Services {
  readonly feed: {
    getVideos(request: RecsRequest, signal: AbortSignal): Promise<RecsResponse>
  }
  readonly events: {
    accept(events: readonly UserVideoEvent[], signal: AbortSignal): Promise<Accepted>
  }
  readonly catalog: {
    put(videos: readonly Video[], signal: AbortSignal): Promise<PutVideosResponse>
    get(videoId: string): Promise<{ video: Video; stats: VideoStats }>
    /** Takes down, restores, removes. `by` is the id of the caller's key, if there is one. */
    changeState(videoId: string, state: VideoState, reason: string, signal: AbortSignal, by?: string): Promise<void>
  }
  readonly models: {
    list(): Promise<ListModelsResponse>
    use(version: string): Promise<Model>
    rollback(): Promise<Model>
  }
  readonly operations: {
    explain(request: ExplainRequest, signal: AbortSignal): Promise<ExplainResponse>
    describe(): DescribeResponse
    status(): Promise<StatusResponse>
    import(request: ImportRequest, signal: AbortSignal): AsyncIterable<ImportResponse>
    /** Holds what is counted against the lake, view by view. */
    checkFeatures(request: CheckFeaturesRequest, signal: AbortSignal): AsyncIterable<CheckFeaturesResponse>
    /** Whether feeds can be answered: the state has caught up with the log. */
    ready(): boolean
  }
  /** Records of the log that could not be applied. */
  readonly deadLetters: {
    list(limit: number): { letters: DeadLetter[]; total: number }
    /** Those at these places, or all. `by` is the id of the caller's key, if there is one. */
    replay(places: readonly LetterPlace[], signal: AbortSignal, by?: string): Promise<{ applied: number; left: DeadLetter[] }>
  }
  readonly console: {
    /** A message a second, until the signal or the end of the server. */
    watch(request: WatchRequest, signal: AbortSignal): AsyncIterable<WatchResponse>
    listMeasures(request: ListMeasuresRequest, signal: AbortSignal): Promise<ListMeasuresResponse>
    inspectPerson(request: InspectPersonRequest, signal: AbortSignal): Promise<InspectPersonResponse>
    tryFeed(request: TryFeedRequest, signal: AbortSignal): Promise<TryFeedResponse>
    searchVideos(request: SearchVideosRequest, signal: AbortSignal): Promise<SearchVideosResponse>
    inspectVideo(request: InspectVideoRequest, signal: AbortSignal): Promise<InspectVideoResponse>
    inspectCreator(request: InspectCreatorRequest, signal: AbortSignal): Promise<InspectCreatorResponse>
    inspectExploration(request: InspectExplorationRequest, signal: AbortSignal): Promise<InspectExplorationResponse>
    inspectModels(request: InspectModelsRequest, signal: AbortSignal): Promise<InspectModelsResponse>
    inspectData(request: InspectDataRequest, signal: AbortSignal): Promise<InspectDataResponse>
    inspectFeatures(request: InspectFeaturesRequest, signal: AbortSignal): Promise<InspectFeaturesResponse>
  }
}
