import type { Vireo } from '@vireo/client'
import { createSignal } from 'solid-js'
import type { Entry, Hidden } from './entry.ts'
import type { Feed } from './feed.ts'
import { categoryName, creatorName } from './names.ts'
import type { Notices } from './notice.tsx'
import { createRegret } from './regret.ts'
import { share } from './share.ts'

/** What a person can say about a video. */
export interface Reactions {
  like(entry: Entry): void
  share(entry: Entry): Promise<void>
  comment(entry: Entry): void
  follow(entry: Entry): void
  follows(creatorId: string): boolean
  /** No more like this video; or, where one is named, nothing of a category. May be taken back for a while. */
  refuse(entry: Entry, category?: string): void
  undo(): void
  report(entry: Entry, reason: string): void
  block(entry: Entry): void
  /** To be called when another video comes on the screen. */
  left(place: number): void
  /** Whether something may still be taken back. */
  readonly isOpen: boolean
}

interface Parts {
  readonly vireo: Vireo
  readonly feed: Feed
  readonly notices: Notices
  /** Brings a place on the screen. */
  readonly goTo: (place: number) => void
}

export function createReactions({ vireo, feed, notices, goTo }: Parts): Reactions {
  const [followed, setFollowed] = createSignal<ReadonlySet<string>>(new Set())
  let refusedAt = 0
  const regret = createRegret(() => {
    notices.clear()
    feed.show(feed.active())
  })

  return {
    like(entry) {
      const liked = entry.setLiked((was) => !was)
      vireo.track(liked ? 'Like' : 'Unlike', entry.result)
    },
    async share(entry) {
      const outcome = await share(entry.result)
      if (outcome === 'left') return
      if (outcome === 'refused') return notices.say('The browser does not allow to copy the address here.')
      vireo.track('Share', entry.result)
      if (outcome === 'copied') notices.say('The address of the video is copied.')
    },
    comment(entry) {
      vireo.track('Comment', entry.result)
      notices.say('A comment is counted.')
    },
    follow(entry) {
      const { creatorId } = entry.result
      if (creatorId === '' || followed().has(creatorId)) return
      setFollowed(new Set(followed()).add(creatorId))
      vireo.track('Follow', entry.result)
      notices.say(`You follow ${creatorName(creatorId)}.`)
    },
    follows: (creatorId) => followed().has(creatorId),
    refuse(entry, category) {
      const subject = category === undefined ? entry.result : {}
      const act = () => {
        vireo.track('NotInterested', subject, category === undefined ? {} : { category })
        if (category !== undefined) feed.leaveOut(({ result }) => result.categories.includes(category))
      }
      const place = feed.active()
      regret.putOff(act, () => {
        entry.setHidden(undefined)
        goTo(place)
      })
      refusedAt = place
      hide(entry, 'not interested')
      const what = category === undefined ? 'You will see less like this.' : `You will see nothing more of ${categoryName(category)}.`
      notices.say(what, () => regret.undo())
    },
    undo: () => regret.undo(),
    report(entry, reason) {
      vireo.track('Report', entry.result, { reason })
      hide(entry, 'reported')
      notices.say('Thank you: the video is reported.')
    },
    block(entry) {
      const { creatorId } = entry.result
      vireo.track('BlockCreator', entry.result)
      feed.leaveOut(({ result }) => result.creatorId === creatorId)
      hide(entry, 'blocked')
      notices.say(`You have blocked ${creatorName(creatorId)}.`)
    },
    left(place) {
      // The way to the next video, and back, is part of having refused.
      if (place !== refusedAt && place !== refusedAt + 1) regret.settle()
    },
    get isOpen() {
      return regret.isOpen
    },
  }

  function hide(entry: Entry, why: Hidden): void {
    entry.setHidden(why)
    if (feed.current() === entry) goTo(feed.active() + 1)
  }
}
