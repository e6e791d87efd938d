import type { Result } from '@vireo/client'

/** Gives a video's address to another app, or else to the clipboard; `left` if the person thought better of it. */
export async function share({ videoTitle, videoUrl }: Result): Promise<'shared' | 'copied' | 'left' | 'refused'> {
  const url = new URL(videoUrl, location.href).href
  if (navigator.share !== undefined) {
    try {
      await navigator.share({ title: videoTitle, url })
      return 'shared'
    } catch (error) {
      if ((error as DOMException).name === 'AbortError') return 'left'
    }
  }
  try {
    await navigator.clipboard.writeText(url)
    return 'copied'
  } catch {
    return 'refused'
  }
}
