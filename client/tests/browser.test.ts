import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { openBrowser } from '../../tests/browser-for-tests.ts'
import { Type } from '../../tests/vireo-for-tests.ts'
import type * as Client from '../src/main.ts'
import { enterApp, newContext, openApp, serveApp } from './app-for-tests.ts'
import { keepsEvents, kept } from './event-store-scenario.ts'
import { arrived, type Call, is, serverForTests } from './server-for-tests.ts'

const browser = openBrowser({ after: (close) => after(close as () => void) })

async function appForTests(t: TestContext, options: Client.VireoOptions = {}) {
  const { server, url } = await serverForTests(t)
  const { context, calls } = await newContext(await browser, url)
  t.after(() => context.close())
  const page = await openApp(context, url, options)
  return { server, page, context, calls, url }
}

const sentIds = (calls: readonly Call[]): string[] =>
  calls.filter(({ path }) => path === '/v1/events').flatMap(({ body }) => body.events.map((event: Client.SentEvent) => event.eventId))

test('a store in IndexedDB does as the one in memory', async (t) => {
  const { page } = await appForTests(t)
  await page.addScriptTag({ content: `globalThis.keepsEvents = ${keepsEvents}` })
  const seen = await page.evaluate(async () => {
    const { keepsEvents } = globalThis as unknown as { keepsEvents(store: Client.EventStore): Promise<unknown> }
    return keepsEvents(new app.IndexedDbEventStore('scenario'))
  })
  assert.deepEqual(seen, kept)
})

test('what was done without a network survives the page, and arrives when the next one has it', async (t) => {
  const { server, page, context, url } = await appForTests(t)
  await context.setOffline(true)
  const ids = await page.evaluate(async () => {
    const tracked = ['v1', 'v2', 'v3'].map((videoId) => app.vireo.track('Like', { videoId }))
    const store = new app.IndexedDbEventStore('vireo ')
    while ((await store.read(9, 0)).length < 3) {}
    return tracked
  })
  // Without a last word, which the browser might keep and send by itself.
  await page.goto('chrome://crash').catch(() => {})
  await page.close()
  assert.deepEqual(await server.events(), [])
  await context.setOffline(false)
  await openApp(context, url)
  assert.deepEqual((await arrived(server, 3)).map(({ eventId }) => eventId).toSorted(), ids.toSorted())
})

for (const needsKey of [false, true])
  test(`what was done last arrives, although the page is closed right after it, with${needsKey ? '' : 'out'} a key`, async (t) => {
    const { server, url, key } = await serverForTests(t, { needsKey })
    const { context, calls } = await newContext(await browser, url)
    t.after(() => context.close())
    const page = await openApp(context, url, { batchMs: 60_000, ...(needsKey && { key }) })
    await page.evaluate(async () => {
      const video = await app.addVideo()
      const watch = app.vireo.watch(video, { videoId: 'v1' })
      await video.play()
      await app.until(() => watch.watchedMs > 400)
      app.vireo.track('Like', { videoId: 'v1' })
    })
    assert.deepEqual(calls, [])
    await page.close()
    const types = (await arrived(server, 3)).map(({ type, watchMs }) => [type, (watchMs ?? 401) > 400])
    assert.deepEqual(types.toSorted(), [
      [Type.Watch, true],
      [Type.Like, true],
      [Type.Impression, true],
    ])
  })

test('with a key, from another origin: feeds, events, and what was done last', async (t) => {
  const origin = await serveApp(t)
  const { server, url, key } = await serverForTests(t, { allowedOrigins: origin, needsKey: true })
  const { context } = await newContext(await browser)
  t.after(() => context.close())
  const page = await openApp(context, origin, { url, key, batchMs: 60_000 })
  await page.evaluate(async () => {
    const { results } = await app.vireo.feed()
    app.vireo.track('Like', results[0]!)
    await app.vireo.flush()
    app.vireo.track('Share', results[0]!)
  })
  assert.equal((await server.events()).length, 1)
  await page.close()
  assert.deepEqual((await arrived(server, 2)).map(({ type }) => type).toSorted(), [Type.Like, Type.Share])
})

test('a page of an origin that the server does not know gets nothing', async (t) => {
  const origin = await serveApp(t)
  const { url } = await serverForTests(t)
  const { context } = await newContext(await browser)
  t.after(() => context.close())
  const page = await openApp(context, origin, { url, attempts: 1 })
  assert.equal(await page.evaluate(() => app.vireo.feed().catch(({ code }) => code)), 'SERVER_UNREACHABLE')
})

test('pages of one app that are open side by side send every event, and none twice', async (t) => {
  const { server, page, context, calls, url } = await appForTests(t)
  const pages = [page, await openApp(context, url), await openApp(context, url)]
  const track = async () => {
    const ids = Array.from({ length: 40 }, (_, n) => app.vireo.track('Like', { videoId: `v${n % 30}` }))
    await app.vireo.flush()
    return { ids, waiting: app.vireo.waiting }
  }
  const tracked = await Promise.all(pages.map((each) => each.evaluate(track)))
  assert.deepEqual(
    tracked.map(({ waiting }) => waiting),
    [0, 0, 0],
  )
  const all = tracked.flatMap(({ ids }) => ids).toSorted()
  assert.deepEqual((await server.events()).map(({ eventId }) => eventId).toSorted(), all)
  assert.deepEqual(sentIds(calls).toSorted(), all)
})

test('a browser that lets nothing be stored still sends', async (t) => {
  const { server, url } = await serverForTests(t)
  const { context } = await newContext(await browser, url)
  t.after(() => context.close())
  await context.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('No', 'SecurityError')
    }
  })
  const page = await openApp(context, url)
  await page.evaluate(async () => {
    for (const videoId of ['v1', 'v2']) app.vireo.track('Like', { videoId })
    await app.vireo.flush()
  })
  assert.equal((await server.events()).length, 2)
})

test('a network that comes back is used at once', async (t) => {
  const { page } = await appForTests(t)
  await page.evaluate(async () => {
    let tries = 0
    const failing: typeof fetch = async () => {
      tries++
      throw new TypeError('No')
    }
    const vireo = new app.Vireo({ userid: 'ada', url: 'https://v.example', batchMs: 1, fetch: failing })
    vireo.track('Like', { videoId: 'v1' })
    // By itself it would wait longer each time, in the end a minute.
    for (let wanted = 1; wanted < 12; wanted++) {
      await app.until(() => tries >= wanted)
      await new Promise((resolve) => setTimeout(resolve))
      dispatchEvent(new Event('online'))
    }
  })
})

/** Chromium without a screen never hides a page: its word is put into its mouth. */
const hideOrShow = (hidden: boolean) => {
  Object.defineProperty(document, 'hidden', { configurable: true, value: hidden })
  document.dispatchEvent(new Event('visibilitychange'))
}

test('a hidden page is not watched, and coming back goes on with the same play', async (t) => {
  const { server, page } = await appForTests(t)
  await page.addScriptTag({ content: `globalThis.hideOrShow = ${hideOrShow}` })
  const playedMs = await page.evaluate(async () => {
    const { hideOrShow } = globalThis as unknown as { hideOrShow(hidden: boolean): void }
    const video = await app.addVideo()
    video.loop = true
    const watch = app.vireo.watch(video, { videoId: 'v1' })
    await video.play()
    await app.until(() => watch.watchedMs > 400)
    hideOrShow(true)
    const before = watch.watchedMs
    await new Promise((resolve) => setTimeout(resolve, 600))
    if (watch.watchedMs !== before) throw new Error('counted while hidden')
    const store = new app.IndexedDbEventStore('vireo ')
    const stored = async () => (await store.read(9, Number.MAX_SAFE_INTEGER)).filter(({ evtType }) => evtType === 'Watch').length
    while ((await stored()) === 0) {}
    hideOrShow(false)
    while ((await stored()) > 0) {}
    await app.until(() => watch.watchedMs > before + 300)
    watch.stop()
    await app.vireo.flush()
    if (watch.watchedMs < before + 300) throw new Error('began anew')
    return watch.watchedMs
  })
  const watches = await arrived(server, 1, is(Type.Watch))
  assert.equal(watches.length, 1)
  assert.equal(watches[0]!.watchMs, playedMs)
})

test('a play that was hidden for ten minutes is over, and coming back begins another', async (t) => {
  const { server, page } = await appForTests(t)
  await page.addScriptTag({ content: `globalThis.hideOrShow = ${hideOrShow}` })
  const plays = await page.evaluate(async () => {
    const { hideOrShow } = globalThis as unknown as { hideOrShow(hidden: boolean): void }
    let aheadMs = 0
    const vireo = new app.Vireo({ userid: 'ada', batchMs: 1, clock: () => Date.now() + aheadMs })
    const video = await app.addVideo()
    video.loop = true
    const watch = vireo.watch(video, { videoId: 'v1' })
    await video.play()
    await app.until(() => watch.watchedMs > 400)
    hideOrShow(true)
    const first = watch.watchedMs
    aheadMs = 590_000
    await vireo.flush()
    aheadMs = 600_001
    hideOrShow(false)
    await app.until(() => watch.watchedMs > 100 && watch.watchedMs < first)
    watch.stop()
    await vireo.flush()
    return [first, watch.watchedMs]
  })
  const watches = (await arrived(server, 2, is(Type.Watch))).map(({ watchMs }) => watchMs!)
  assert.deepEqual(new Set(watches), new Set(plays))
})

test('a hidden page that dies without a word does not take its play along', async (t) => {
  const { server, page, context, url } = await appForTests(t)
  await page.addScriptTag({ content: `globalThis.hideOrShow = ${hideOrShow}` })
  const playedMs = await page.evaluate(async () => {
    const { hideOrShow } = globalThis as unknown as { hideOrShow(hidden: boolean): void }
    const video = await app.addVideo()
    const watch = app.vireo.watch(video, { videoId: 'v1' }, { impressionMs: 60_000 })
    await video.play()
    await app.until(() => watch.watchedMs > 400)
    hideOrShow(true)
    const store = new app.IndexedDbEventStore('vireo ')
    while ((await store.read(9, Number.MAX_SAFE_INTEGER)).length === 0) {}
    return watch.watchedMs
  })
  await page.goto('chrome://crash').catch(() => {})
  const next = await context.newPage()
  await enterApp(next, url)
  await next.evaluate(async () => {
    await app.vireo.flush()
    await app.vireo.close()
  })
  assert.deepEqual(await server.events(), [])
  await next.evaluate(async () => {
    const later = new app.Vireo({ userid: 'ada', clock: () => Date.now() + 660_000 })
    await later.flush()
  })
  assert.deepEqual(
    (await server.events()).map(({ type, watchMs }) => [type, watchMs]),
    [[Type.Watch, playedMs]],
  )
})

test('a page that comes back from the cache of the browser begins another play', async (t) => {
  const { server, page } = await appForTests(t)
  await page.evaluate(async () => {
    const video = await app.addVideo()
    video.loop = true
    const watch = app.vireo.watch(video, { videoId: 'v1' })
    await video.play()
    await app.until(() => watch.watchedMs > 500)
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    await app.until(() => watch.watchedMs > 200)
    watch.stop()
    await app.vireo.flush()
  })
  const watches = await arrived(server, 2, is(Type.Watch))
  assert.equal(watches.length, 2)
  assert.equal(new Set(watches.map(({ eventId }) => eventId)).size, 2)
})
