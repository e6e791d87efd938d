import type { Result } from '@vireo/client'
import { isGenerated } from './media.ts'

export interface Progress {
  ref(bar: HTMLElement): void
  update(video: HTMLVideoElement): void
}

/** How far a video is. A generated clip is played over and over until it has lasted as long as the video that it stands in for. */
export function createProgress({ lengthMs, videoUrl }: Result): Progress {
  const lengthS = isGenerated(videoUrl) && lengthMs ? lengthMs / 1_000 : undefined
  let bar!: HTMLElement
  let lastS: number | undefined
  let playedS = 0
  return {
    ref(element) {
      bar = element
    },
    update({ currentTime, duration }) {
      const stepS = currentTime - (lastS ?? currentTime)
      lastS = currentTime
      playedS += stepS >= 0 ? stepS : stepS + duration
      const done = lengthS === undefined ? currentTime / duration : (playedS % lengthS) / lengthS
      if (Number.isFinite(done)) bar.style.setProperty('--done', done.toFixed(4))
    },
  }
}
