import { createEffect, createSignal, onCleanup } from 'solid-js'

const [captioned, setCaptioned] = createSignal(false)
const [captionable, setCaptionable] = createSignal(false)

/** Whether captions are wanted, and whether the video on the screen has any. */
export { captionable, captioned, setCaptioned }

/** Shows or hides the captions of the video on the screen as wanted, also those that come while it plays. */
export function followCaptions({ textTracks }: HTMLVideoElement): void {
  const apply = () => {
    setCaptionable(textTracks.length > 0)
    for (const track of textTracks) track.mode = captioned() ? 'showing' : 'hidden'
  }
  createEffect(apply)
  textTracks.addEventListener('addtrack', apply)
  onCleanup(() => {
    textTracks.removeEventListener('addtrack', apply)
    setCaptionable(false)
  })
}
