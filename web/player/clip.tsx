import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, Show } from 'solid-js'
import { followCaptions } from './captions.ts'
import type { Entry } from './entry.ts'
import { Icon } from './icon.tsx'
import { filterOf, load } from './media.ts'
import { muted, online, setMuted, setUnderWay, shown, underWay } from './page-state.ts'
import { createProgress } from './progress.ts'
import type { Session } from './session.ts'

interface ClipProps {
  readonly session: Session
  readonly entry: Entry
  readonly isActive: boolean
  /** Whether the video has a source, so that it can begin at once. */
  readonly isLoaded: boolean
}

/** Width to height from which on a video is shown whole rather than over the whole screen. */
const widest = 0.8
/** How long a video that can't be played waits for the next attempt; twice as long for each one after it. */
const firstPauseMs = 3_000

/** The moving picture: plays while it is on the screen, over and over, and is watched for the server. */
export function Clip(props: ClipProps): JSX.Element {
  const { session } = props
  const { result } = props.entry
  const [element, setElement] = createSignal<HTMLVideoElement>()
  /** Where it has a source: a source that comes after `play` stops it. */
  const [loaded, setLoaded] = createSignal<HTMLVideoElement>()
  const [flows, setFlows] = createSignal(false)
  const [broken, setBroken] = createSignal(false)
  const [wide, setWide] = createSignal(false)
  const progress = createProgress(result)
  let pauseMs = firstPauseMs
  /** Since when the video is waited for, until it plays. */
  let awaitedSinceMs: number | undefined

  const source = createMemo(() => (props.isLoaded && !broken() ? element() : undefined))
  createEffect(
    on(source, (video) => {
      if (video === undefined) return
      const unload = load(video, result.videoUrl)
      setLoaded(video)
      onCleanup(() => {
        setLoaded(undefined)
        unload()
      })
    }),
  )
  const again = () => setBroken(false)
  createEffect(on(online, (isOnline) => isOnline && again(), { defer: true }))
  createEffect(() => {
    if (!props.isActive || !broken() || !online()) return
    const timer = setTimeout(again, pauseMs)
    pauseMs *= 2
    onCleanup(() => clearTimeout(timer))
  })

  const watched = createMemo(() => (props.isActive ? element() : undefined))
  createEffect(
    on(watched, (video) => {
      if (video === undefined) return
      again()
      // At first, it is the opening of the page that one waits for.
      awaitedSinceMs = underWay() ? performance.now() : 0
      const handle = session.vireo.watch(video, result)
      onCleanup(() => handle.stop())
      followCaptions(video)
    }),
  )
  const playing = createMemo(() => (props.isActive && shown() && !session.paused() ? loaded() : undefined))
  createEffect(
    on(playing, (video) => {
      if (video === undefined) return
      void play(video)
      onCleanup(() => video.pause())
    }),
  )

  async function play(video: HTMLVideoElement): Promise<void> {
    try {
      await video.play()
    } catch (error) {
      // Swiped away, or without media; the latter is said by its own event.
      if ((error as DOMException).name !== 'NotAllowedError') return
      if (muted()) return session.setPaused(true)
      setMuted(true)
      await play(video)
    }
  }

  function began(): void {
    setFlows(true)
    if (!props.isActive || awaitedSinceMs === undefined) return
    performance.measure('vireo.start', { start: awaitedSinceMs, detail: session.feed.active() })
    awaitedSinceMs = undefined
    setUnderWay(true)
  }

  function failed(): void {
    if (!props.isLoaded) return
    setBroken(true)
    setUnderWay(true)
  }

  const waits = () => props.isActive && !flows() && !session.paused()
  return (
    <>
      <video
        ref={setElement}
        classList={{ wide: wide() }}
        style={{ filter: filterOf(result.videoUrl) }}
        poster={result.thumbnailUrl || undefined}
        aria-label={result.videoTitle}
        preload="auto"
        loop
        playsinline
        muted={muted()}
        onClick={() => session.setPaused(!session.paused())}
        onLoadedMetadata={({ currentTarget: { videoHeight, videoWidth } }) => setWide(videoWidth > widest * videoHeight)}
        onPlaying={began}
        onWaiting={() => setFlows(false)}
        onEmptied={() => setFlows(false)}
        onTimeUpdate={(event) => progress.update(event.currentTarget)}
        onError={failed}
      />
      <Show
        when={broken()}
        fallback={
          <Show when={waits()}>
            <span class="spinner" role="img" aria-label="Loading" />
          </Show>
        }
      >
        <div class="panel" role="alert">
          <p>{online() ? 'This video can’t be played.' : 'You are offline, and this video has not been loaded.'}</p>
          <button type="button" onClick={again}>
            Try again
          </button>
        </div>
      </Show>
      <Show when={props.isActive && session.paused() && !broken()}>
        <button type="button" class="play" aria-label="Play" onClick={() => session.setPaused(false)}>
          <Icon name="play" />
        </button>
      </Show>
      <div class="progress" ref={progress.ref} />
    </>
  )
}
