import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { rolldown } from 'rolldown'
import type * as Client from '../src/main.ts'
import type { Call } from './server-for-tests.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** A script of one file, as an app would make it. */
export async function bundled(input: string): Promise<string> {
  const bundle = await rolldown({ input: here(input), platform: 'browser' })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  return output[0].code
}

declare global {
  /** What an app's page has at hand. */
  var app: typeof Client & {
    vireo: Client.Vireo
    /** Of the clip, on a video element that plays it without sound; `style` says where. */
    addVideo(style?: string): Promise<HTMLVideoElement>
    /** Resolves when it holds. */
    until(holds: () => boolean): Promise<void>
  }
}

const script = `
import * as client from './client.js'
const clip = fetch('./clip.webm').then((response) => response.blob()).then((blob) => URL.createObjectURL(blob))
globalThis.app = {
  ...client,
  async addVideo(style = 'width: 180px; height: 320px') {
    const video = document.body.appendChild(document.createElement('video'))
    video.muted = true
    video.style.cssText = style
    video.src = await clip
    await new Promise((resolve) => { video.oncanplaythrough = resolve })
    return video
  },
  async until(holds) {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10))
  },
}
`

/** An app's site, by path. */
async function files(): Promise<Record<string, { contentType: string; body: string | Buffer }>> {
  return {
    '/app/': { contentType: 'text/html', body: '<!doctype html><title>App</title><script type="module" src="app.js"></script>' },
    '/app/app.js': { contentType: 'text/javascript', body: script },
    '/app/client.js': { contentType: 'text/javascript', body: await bundled('../src/main.ts') },
    '/app/clip.webm': { contentType: 'video/webm', body: readFileSync(here('three-seconds.webm')) },
  }
}

/** An origin of its own with the app. */
export async function serveApp(test: Pick<TestContext, 'after'>): Promise<string> {
  const site = await files()
  const server = createServer((request, response) => {
    const { contentType, body } = site[request.url!] ?? { contentType: 'text/plain', body: '' }
    response.setHeader('content-type', contentType).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => server.close())
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

/** Opens the app with a client for `ada`, which says nothing but what it is told. */
export async function openApp(context: BrowserContext, origin: string, options: Client.VireoOptions = {}): Promise<Page> {
  const page = await context.newPage()
  await enterApp(page, origin, options)
  return page
}

export async function enterApp(page: Page, origin: string, options: Client.VireoOptions = {}): Promise<void> {
  await page.goto(`${origin}/app/`)
  await page.waitForFunction(() => 'app' in globalThis)
  const given = { userid: 'ada', batchMs: 1, ...options } as object
  await page.evaluate((whole) => {
    app.vireo = new app.Vireo(whole as Client.VireoOptions)
  }, given)
}

/** A profile of its own. With an `origin`, the app is at that of a server, where the browser finds it also without a network. */
export async function newContext(browser: Browser, origin?: string): Promise<{ context: BrowserContext; calls: Call[] }> {
  const context = await browser.newContext({ viewport: { width: 400, height: 700 } })
  const calls: Call[] = []
  context.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (request.method() === 'POST') calls.push({ path: pathname, body: request.postDataJSON() })
  })
  const site = await files()
  if (origin !== undefined)
    await context.route(`${origin}/app/**`, (route) => route.fulfill(site[new URL(route.request().url()).pathname] ?? { status: 404 }))
  return { context, calls }
}
