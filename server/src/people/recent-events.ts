import { hash64 } from '../hash.ts'

/** Most events remembered of a person; whoever sends more within the horizon has the oldest forgotten. */
const most = 16_384

export type Verdict = 'new' | 'duplicate' | 'conflict'

/**
 * Which events of one person were accepted lately, so that a second one with the same id changes nothing anywhere.
 * Kept for the horizon of accepted events and an hour: what is older is refused at the door.
 */
export class RecentEvents {
  /** By 52 bits of the id's hash: 32 bits of the content's hash, and when it was accepted in s. In that order. */
  readonly entries = new Map<number, { readonly content: number; readonly timeS: number }>()

  judge(eventId: string, content: number): Verdict {
    const known = this.entries.get(eventKey(eventId))
    if (known === undefined) return 'new'
    return known.content === content ? 'duplicate' : 'conflict'
  }

  remember(eventId: string, content: number, acceptedS: number, keepS: number): void {
    this.entries.set(eventKey(eventId), { content, timeS: acceptedS })
    for (const [key, { timeS }] of this.entries) {
      if (timeS >= acceptedS - keepS && this.entries.size <= most) break
      this.entries.delete(key)
    }
  }
}

function eventKey(eventId: string): number {
  const { high, low } = hash64(eventId)
  return high * 2 ** 20 + (low >>> 12)
}
