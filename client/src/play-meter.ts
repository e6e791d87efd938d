/** While it plays a browser reports progress four times a second: after so long without, in ms, the machine was asleep. */
const longestGapMs = 5_000

/**
 * Adds up how much of a video was really played, in ms of the video: a second at double speed is two, what is played again
 * counts again, and what is skipped, paused, waited for or out of sight does not.
 */
export class PlayMeter {
  readonly #video: HTMLVideoElement
  #ms = 0
  /** Since when it has been playing, if it is. */
  #sinceMs: number | undefined
  #rate = 1

  constructor(video: HTMLVideoElement) {
    this.#video = video
  }

  get ms(): number {
    return Math.round(this.#ms)
  }

  /** Is to be called whenever anything may have changed. */
  update(isVisible: boolean): void {
    const { paused, ended, seeking, readyState, playbackRate } = this.#video
    const nowMs = performance.now()
    if (this.#sinceMs !== undefined) this.#ms += Math.min(nowMs - this.#sinceMs, longestGapMs) * this.#rate
    const plays = isVisible && !paused && !ended && !seeking && readyState >= HTMLMediaElement.HAVE_FUTURE_DATA
    this.#sinceMs = plays ? nowMs : undefined
    this.#rate = playbackRate
  }

  reset(): void {
    this.#ms = 0
  }
}
