import { type Result, Vireo, type WatchHandle } from '@vireo/client'

localStorage.userid ??= `guest-${Math.random().toString(36).slice(2)}`
const vireo = new Vireo({ userid: localStorage.userid })
const feed = document.querySelector('main')!
const plays = new Map<Element, { result: Result; watch?: WatchHandle }>()

/** Plays what is on the screen, and tells how much of it was watched when it has left. */
const onScreen = new IntersectionObserver((entries) => entries.forEach(playOrLeave), { root: feed, threshold: 0.6 })

function playOrLeave({ intersectionRatio, target }: IntersectionObserverEntry) {
  const video = target.querySelector('video')!
  const play = plays.get(target)!
  play.watch?.stop()
  if (intersectionRatio < 0.5) return video.pause()
  play.watch = vireo.watch(video, play.result)
  video.play().catch(() => {})
  if (target === feed.lastElementChild) void showMore()
}

async function showMore() {
  for (const result of (await vireo.feed({ count: 5 })).results) {
    const card = document.querySelector('template')!.content.firstElementChild!.cloneNode(true) as HTMLElement
    Object.assign(card.querySelector('video')!, { src: result.videoUrl, poster: result.thumbnailUrl })
    card.querySelector('h2')!.textContent = result.videoTitle
    card.querySelector('p')!.textContent = `${result.reason} · ${result.videoStats}`
    card.querySelector('button')!.onclick = ({ currentTarget }) => {
      vireo.track('Like', result)
      Object.assign(currentTarget!, { ariaPressed: 'true', disabled: true })
    }
    plays.set(feed.appendChild(card), { result })
    onScreen.observe(card)
  }
}

await showMore()
