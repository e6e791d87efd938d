import { hash } from 'node:crypto'
import { hourMs } from '../clock.ts'

/** Where a result was shown: what a token vouches for. */
export interface Tracked {
  readonly slateId: string
  /** From 0. */
  readonly position: number
  /** Hours since 1970. */
  readonly servedHour: number
  readonly surface: string
}

const noPlace: Tracked = { slateId: '', position: 0, servedHour: 0, surface: '' }

/**
 * Signs and reads tracking tokens. The signature covers person and video too, so a token is good for nobody else and
 * for nothing else. SHA-512/256 with the secret first: unlike SHA-256 it can't be extended (FIPS 180-4), and costs a
 * twentieth of an HMAC object in Node.
 */
export class Tracking {
  readonly #secret: string
  readonly #horizonHours: number
  /** The last token that was good, of which there is more to come: what was shown is watched. */
  #last = { token: '', person: '', videoId: '', tracked: noPlace }

  constructor(secret: string, horizonHours: number) {
    this.#secret = secret
    this.#horizonHours = horizonHours
  }

  sign({ slateId, position, servedHour, surface }: Tracked, person: string, videoId: string): string {
    const claim = `${slateId}.${position}.${servedHour.toString(36)}.${surface}`
    return `${claim}.${this.#signature(claim, person, videoId)}`
  }

  /** What a token says; `forged` where it was not signed for this person and video, `expired` past the horizon of events. */
  read(token: string, person: string, videoId: string, nowMs: number): Tracked | 'forged' | 'expired' {
    const last = this.#last
    if (token !== last.token || person !== last.person || videoId !== last.videoId) {
      const tracked = this.#tracked(token, person, videoId)
      if (tracked === undefined) return 'forged'
      this.#last = { token, person, videoId, tracked }
    }
    const { tracked } = this.#last
    return nowMs / hourMs - tracked.servedHour > this.#horizonHours + 1 ? 'expired' : tracked
  }

  #tracked(token: string, person: string, videoId: string): Tracked | undefined {
    const end = token.lastIndexOf('.')
    const claim = token.slice(0, end)
    const [slateId, position, hour, surface] = claim.split('.')
    if (surface === undefined || token.slice(end + 1) !== this.#signature(claim, person, videoId)) return undefined
    return { slateId: slateId!, position: Number(position), servedHour: Number.parseInt(hour!, 36), surface }
  }

  #signature(claim: string, person: string, videoId: string): string {
    return hash('sha512-256', JSON.stringify([this.#secret, claim, person, videoId]), 'base64url').slice(0, 22)
  }
}
