import type {
  CheckFeaturesRequest,
  CheckFeaturesResponse,
  DescribeResponse,
  ExplainRequest,
  ExplainResponse,
  ImportRequest,
  ImportResponse,
  ListModelsResponse,
  Model,
  StatusResponse,
} from './generated/vireo/v1/admin.ts'
import type { PutVideosResponse, Video, VideoState, VideoStats } from './generated/vireo/v1/catalog.ts'
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
    /** Takes down, restores, removes. */
    changeState(videoId: string, state: VideoState, reason: string, signal: AbortSignal): Promise<void>
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
}
