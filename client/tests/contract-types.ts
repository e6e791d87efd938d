import type { UserVideoEvent, UserVideoEvent_EventType } from '../../server/src/generated/vireo/v1/events.ts'
import type { RequestContext as Context, RecsResponse, RecsResponse_Result } from '../../server/src/generated/vireo/v1/feed.ts'
import type { EventType, Page, RequestContext, Result, SentEvent } from '../src/main.ts'

/** The compiler refuses a name that the contract and the client do not share. */
type Shared<Ours extends PropertyKey, Contract extends PropertyKey> = [Exclude<Ours, Contract>, Exclude<Contract, Ours>] extends [
  never,
  never,
]
  ? true
  : [Exclude<Ours, Contract>, Exclude<Contract, Ours>]

export const shared: readonly true[] = [
  true satisfies Shared<keyof Result, keyof RecsResponse_Result>,
  true satisfies Shared<Exclude<keyof Page, 'pageNumber'>, keyof RecsResponse>,
  true satisfies Shared<keyof SentEvent, keyof UserVideoEvent>,
  true satisfies Shared<EventType | 'Nothing' | 'UNRECOGNIZED', keyof typeof UserVideoEvent_EventType>,
  // What was shown the client says by itself.
  true satisfies Shared<keyof RequestContext | 'shownVideoIds', keyof Context>,
]
