import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openBrowser } from '../../tests/browser-for-tests.ts'
import { Type } from '../../tests/vireo-for-tests.ts'
import { newContext, openApp } from './app-for-tests.ts'
import { arrived, is, serverForTests } from './server-for-tests.ts'

const browser = openBrowser({ after: (close) => after(close as () => void) })

/** A machine that is busy is late to tell of what it plays. */
const toleranceMs = 250
const close = (watchedMs: number | undefined, expectedMs: number) =>
  assert.ok(Math.abs(watchedMs! - expectedMs) <= toleranceMs, `${watchedMs} ms is not about ${expectedMs} ms`)

async function appForTests(t: Parameters<typeof serverForTests>[0]) {
  const { server, url } = await serverForTests(t)
  const { context, calls } = await newContext(await browser, url)
  t.after(() => context.close())
  const page = await openApp(context, url)
  return { server, page, context, calls, url }
}

test('a play is what was really played: no pause, no skipped part', async (t) => {
  const { server, page } = await appForTests(t)
  const playedMs = await page.evaluate(async () => {
    const video = await app.addVideo()
    const watch = app.vireo.watch(video, { videoId: 'v1' })
    await video.play()
    await app.until(() => video.currentTime > 0.6)
    video.pause()
    await new Promise((resolve) => setTimeout(resolve, 700))
    video.currentTime = 2
    await video.play()
    await app.until(() => video.ended)
    watch.stop()
    watch.stop()
    let seconds = 0
    for (let part = 0; part < video.played.length; part++) seconds += video.played.end(part) - video.played.start(part)
    await app.vireo.flush()
    return seconds * 1_000
  })
  const watches = await arrived(server, 1, is(Type.Watch))
  assert.equal(watches.length, 1)
  assert.ok(playedMs > 1_400 && playedMs < 2_200, `${playedMs}`)
  close(watches[0]!.watchMs, playedMs)
})

test('what loops, and what is played at double speed, counts as often as it was seen', async (t) => {
  const { server, page } = await appForTests(t)
  const seenMs = await page.evaluate(async () => {
    const video = await app.addVideo()
    video.loop = true
    video.playbackRate = 2
    const watch = app.vireo.watch(video, { videoId: 'v1' })
    let loops = 0
    let last = 0
    video.addEventListener('seeked', () => loops++)
    await video.play()
    await app.until(() => {
      last = video.currentTime
      return loops === 2 && last > 0.5
    })
    watch.stop()
    await app.vireo.flush()
    return (loops * video.duration + last) * 1_000
  })
  const [watch] = await arrived(server, 1, is(Type.Watch))
  assert.ok(seenMs > 6_400)
  // Each time round takes a moment in which nothing plays.
  assert.ok(watch!.watchMs! > seenMs - 800 && watch!.watchMs! < seenMs + 400, `${watch!.watchMs} of ${seenMs}`)
})

test('waiting for the network is not watching', async (t) => {
  const { server, page } = await appForTests(t)
  const playedMs = await page.evaluate(async () => {
    const bytes = await (await fetch('./clip.webm')).arrayBuffer()
    const video = await app.addVideo()
    // A source that has only the first part of the clip.
    const source = new MediaSource()
    video.src = URL.createObjectURL(source)
    await new Promise((resolve) => source.addEventListener('sourceopen', resolve, { once: true }))
    const buffer = source.addSourceBuffer('video/webm; codecs="vp9"')
    buffer.appendWindowEnd = 1
    buffer.appendBuffer(bytes)
    await new Promise((resolve) => buffer.addEventListener('updateend', resolve, { once: true }))
    const watch = app.vireo.watch(video, { videoId: 'v1' })
    const waits = new Promise((resolve) => video.addEventListener('waiting', resolve, { once: true }))
    await video.play()
    await waits
    await new Promise((resolve) => setTimeout(resolve, 800))
    watch.stop()
    await app.vireo.flush()
    return video.currentTime * 1_000
  })
  const [watch] = await arrived(server, 1, is(Type.Watch))
  assert.ok(playedMs < 1_100)
  close(watch!.watchMs, playedMs)
})

test('a video counts as shown when half of it was on the screen for a while, and is watched only while it is', async (t) => {
  const { server, page } = await appForTests(t)
  const [belowMs, insideMs, beyondMs] = await page.evaluate(async () => {
    const video = await app.addVideo('position: absolute; top: 2000px; width: 180px; height: 320px')
    video.loop = true
    const watch = app.vireo.watch(video, { videoId: 'v1' })
    await video.play()
    await app.until(() => video.currentTime > 0.5)
    const below = watch.watchedMs
    scrollTo(0, 2_000)
    await app.until(() => watch.watchedMs > 700)
    scrollTo(0, 0)
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)))
    const inside = watch.watchedMs
    await new Promise((resolve) => setTimeout(resolve, 500))
    const beyond = watch.watchedMs
    watch.stop()
    await app.vireo.flush()
    return [below, inside, beyond]
  })
  assert.equal(belowMs, 0)
  assert.equal(beyondMs, insideMs)
  const [impressions, watches] = [await arrived(server, 1, is(Type.Impression)), await arrived(server, 1, is(Type.Watch))]
  assert.deepEqual([impressions.length, watches.length], [1, 1])
  assert.equal(watches[0]!.watchMs, beyondMs)
})

test('what was only swiped past was not shown, and what never played was not watched', async (t) => {
  const { server, page } = await appForTests(t)
  await page.evaluate(async () => {
    const passed = await app.addVideo()
    const watch = app.vireo.watch(passed, { videoId: 'v1' }, { impressionMs: 60_000 })
    await passed.play()
    await app.until(() => watch.watchedMs > 50)
    watch.stop()
    await app.vireo.flush()
    const still = await app.addVideo()
    app.vireo.watch(still, { videoId: 'v2' }, { impressionMs: 10 })
    await app.until(() => app.vireo.waiting > 0)
    await app.vireo.close()
  })
  const events = await server.events()
  assert.deepEqual(events.map(({ type, videoId }) => [type, videoId]).toSorted(), [
    [Type.Watch, 'v1'],
    [Type.Impression, 'v2'],
  ])
})

test('an element that leaves the page ends its play', async (t) => {
  const { server, page } = await appForTests(t)
  await page.evaluate(async () => {
    const video = await app.addVideo()
    const watch = app.vireo.watch(video, { videoId: 'v1' })
    await video.play()
    await app.until(() => watch.watchedMs > 200)
    video.remove()
  })
  const [watch] = await arrived(server, 1, is(Type.Watch))
  assert.ok(watch!.watchMs! >= 200)
})
