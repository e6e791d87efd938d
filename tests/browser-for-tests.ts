import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { chromiumArgs, chromiumPath } from '../scripts/chromium.ts'
import { KeyStore, keyPlace } from '../server/src/api/access/key-store.ts'
import { startApi } from '../server/src/api/api.ts'
import { pages } from '../server/src/api/http/pages.ts'
import { createLog } from '../server/src/log.ts'
import type { VireoForTests } from './vireo-for-tests.ts'

/** A test, or a whole file of them: `{ after }` of `node:test`. */
interface Test {
  after(close: () => Promise<unknown>): void
}

export interface Doors {
  readonly url: string
  readonly httpPort: number
  /** Host and port of gRPC. */
  readonly grpc: string
  close(): Promise<void>
}

/** The doors of a Vireo, with the player and the console, on free ports of this machine unless one is named; closed with the test. */
export async function openDoors(test: Test, { vireo, config, metrics }: VireoForTests, httpPort = 0): Promise<Doors> {
  const log = createLog('silent')
  const keys = new KeyStore(keyPlace(config), log)
  const doors = { ...config, httpPort, grpcPort: 0 }
  const api = await startApi({ services: vireo.services, config: doors, keys, metrics, log, pages })
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= api.close(100)
    return closing
  }
  test.after(close)
  return { url: `http://127.0.0.1:${api.httpPort}`, httpPort: api.httpPort, grpc: `127.0.0.1:${api.grpcPort}`, close }
}

/** A real browser, closed with the test. */
export async function openBrowser(test: Test): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('There is no Chromium: install it, on Debian with `apt-get install chromium`.')
  const browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumArgs] })
  test.after(() => browser.close())
  return browser
}

/** A page in a profile of its own, with what went wrong on it: errors of the console, exceptions, failed requests. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('requestfailed', (request) => {
    const failure = request.failure()?.errorText
    // A page that is left, or a clip that is swiped away, gives up what it waits for: nothing has failed.
    // Only what the player asks of the API must come to an end.
    const mayBeGivenUp = !/\/v1\/(?!admin\/)/.test(request.url())
    if (failure !== 'net::ERR_ABORTED' || !mayBeGivenUp) problems.push(`${request.url()} ${failure}`)
  })
  page.on('response', (response) => response.status() >= 400 && problems.push(`${response.url()} ${response.status()}`))
  return { page, problems }
}
