const hlsType = 'application/vnd.apple.mpegurl'

const pathOf = (address: string): string => new URL(address, location.href).pathname

/** Whether it is one of the clips that stand in for videos without media. */
export const isGenerated = (address: string): boolean => address.startsWith('/clips/')

/** By how many degrees a clip's address turns its colours: clips are few, and this makes each video its own. */
export const hueOf = (address: string): number => Number(new URLSearchParams(address.split('#')[1]).get('hue')) || 0

/** Gives a video its source. The result takes it away again. */
export function load(video: HTMLVideoElement, address: string): () => void {
  if (pathOf(address).endsWith('.m3u8') && video.canPlayType(hlsType) === '') return loadHls(video, address)
  video.src = address
  return () => {
    video.removeAttribute('src')
    video.load()
  }
}

/** For browsers that do not play HLS themselves. */
function loadHls(video: HTMLVideoElement, address: string): () => void {
  const leaving = new AbortController()
  const failed = () => video.dispatchEvent(new Event('error'))
  import('hls.js').then(({ default: Hls, Events }) => {
    if (leaving.signal.aborted) return
    const hls = new Hls()
    leaving.signal.addEventListener('abort', () => hls.destroy())
    hls.on(Events.ERROR, (_, { fatal }) => void (fatal && failed()))
    hls.loadSource(address)
    hls.attachMedia(video)
  }, failed)
  return () => leaving.abort()
}
