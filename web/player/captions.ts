import { createEffect, createSignal, onCleanup } from 'solid-js'

const [captioned, setCaptioned] = createSignal(false)
const [captionable, setCaptionable] = createSignal(false)

/** Whether captions are wanted, and whether the video on the screen has any. */
export { captionable, captioned, setCaptioned }

/** Shows or hides the captions of the video on the screen as wanted, also those that come while it plays. */
export function followCaptions({ textTracks }: HTMLVideoElement): void {
  const apply = () => {
    const mode = captioned() ? 'showing' : 'disabled'
    const track = bestOf([...textTracks].filter(({ kind }) => kind === 'captions' || kind === 'subtitles'))
    setCaptionable(track !== undefined)
    for (const each of textTracks) if (each.kind !== 'metadata') each.mode = each === track ? mode : 'disabled'
  }
  createEffect(apply)
  const leaving = new AbortController()
  for (const change of ['addtrack', 'removetrack']) textTracks.addEventListener(change, apply, { signal: leaving.signal })
  onCleanup(() => {
    leaving.abort()
    setCaptionable(false)
  })
}

/** In the first of the browser's languages that there is, or else the first. */
function bestOf(tracks: readonly TextTrack[]): TextTrack | undefined {
  const primary = (tag: string) => tag.split('-')[0]!.toLowerCase()
  for (const wanted of navigator.languages) {
    const track = tracks.find(({ language }) => primary(language) === primary(wanted))
    if (track !== undefined) return track
  }
  return tracks[0]
}
