import { Overloaded } from '../errors.ts'
import type { FeedService } from '../feed/feed-service.ts'
import { RecsRequest } from '../generated/vireo/v1/feed.ts'
import type { Services } from '../services.ts'
import { Turns } from '../turns.ts'
import { candidatesOf, ranksOf, type TrialParts, trialOf } from './feed-trial.ts'
import { changesOf } from './try-settings.ts'

export interface TryFeedParts extends TrialParts {
  readonly feed: Pick<FeedService, 'preview'>
}

/** Tried at the same time: beside them feeds are made for people. */
const mostTrials = 4
/** For each stage, in ms: what is tried is the settings, not how busy the machine is. */
const patienceMs = 1_000
/** One turn of the event loop, in ms. */
const turnMs = 2

/** Makes pages that nobody is shown, as things are and as they might be. */
export function tryFeed(parts: TryFeedParts): Services['console']['tryFeed'] {
  const { catalog, feed } = parts
  const turns = new Turns(turnMs)
  let trials = 0
  return async ({ request = RecsRequest.create(), settings }, signal) => {
    const changes = changesOf(settings)
    if (trials >= mostTrials) throw new Overloaded(`${mostTrials} feeds are being tried already: try again in a moment`)
    trials++
    try {
      const baseline = Object.keys(changes).length > 0 ? await asThingsAre(request, signal) : undefined
      const started = performance.now()
      const { slots, trial } = await feed.preview(
        request,
        signal,
        (preview) => {
          const { slots, ...candidates } = candidatesOf(preview, parts, baseline?.ranks)
          return { slots, trial: { ...trialOf(preview, parts, performance.now() - started), ...candidates } }
        },
        { ...changes, patienceMs },
      )
      for (const [at, slot] of slots.entries()) {
        await turns.wait()
        trial.candidates[at]!.title = catalog.video(slot).title
      }
      return { trial, baseline: baseline?.trial }
    } finally {
      trials--
    }
  }

  function asThingsAre(request: RecsRequest, signal: AbortSignal) {
    const started = performance.now()
    return feed.preview(
      request,
      signal,
      (preview) => ({ ranks: ranksOf(preview), trial: trialOf(preview, parts, performance.now() - started) }),
      { patienceMs },
    )
  }
}
