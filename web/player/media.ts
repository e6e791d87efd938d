const pathOf = (address: string): string => new URL(address, location.href).pathname

/** Whether it is one of the clips that stand in for videos without media. */
export const isGenerated = (address: string): boolean => address.startsWith('/clips/')

/** What a clip's address makes of its colours, as a CSS filter: clips are few, and this makes each video its own. */
export function filterOf(address: string): string | undefined {
  if (!isGenerated(address)) return undefined
  const given = new URLSearchParams(address.split('#')[1])
  const [hue, saturation] = [Number(given.get('hue') ?? 0), Number(given.get('saturation') ?? 100)]
  return `hue-rotate(${hue}deg) saturate(${saturation}%)`
}

/** Gives a video its source. The result takes it away again. */
export function load(video: HTMLVideoElement, address: string): () => void {
  if (pathOf(address).endsWith('.m3u8') && 'MediaSource' in globalThis) return loadHls(video, address)
  video.src = address
  return () => {
    video.removeAttribute('src')
    video.load()
  }
}

/** Wherever it works: what browsers but Safari play by themselves comes without its captions. Phones of Apple have no choice. */
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
