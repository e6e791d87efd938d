import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fakeServices, startForTests } from '../api-for-tests.ts'

test('the time of a call over HTTP is measured', async (t) => {
  const services = fakeServices()
  const { feed } = services
  const slow = { getVideos: (...asked: Parameters<typeof feed.getVideos>) => sleep(30).then(() => feed.getVideos(...asked)) }
  const { metrics, url } = await startForTests(t, { services: { ...services, feed: slow } })
  assert.equal((await fetch(`${url}/v1/feed/ada`)).status, 200)
  const { values } = await metrics.registry.getSingleMetric('vireo_api_call_seconds')!.get()
  const times: readonly { metricName?: string; value: number }[] = values
  // Timers may be a little early.
  assert.ok(times.find(({ metricName }) => metricName?.endsWith('_sum'))!.value > 0.025)
})
