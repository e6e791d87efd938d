import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type, videoIds, vireoForTests } from '../../../../tests/vireo-for-tests.ts'
import type { CheckFeaturesRequest, CheckFeaturesResponse } from '../../generated/vireo/v1/admin.ts'

const never = AbortSignal.timeout(120_000)
const everything: CheckFeaturesRequest = { views: [], people: 1_000, entities: 1_000, seed: 0 }

async function checked(vireo: Awaited<ReturnType<typeof vireoForTests>>, request = everything) {
  const views: CheckFeaturesResponse[] = []
  for await (const view of vireo.vireo.services.operations.checkFeatures(request, never)) views.push(view)
  return views
}

const sum = (views: readonly CheckFeaturesResponse[], of: 'compared' | 'differing' | 'changing') =>
  Number(views.reduce((total, view) => total + view[of], 0n))

test('records that come while tiles are compared make no difference: late ones, new people, and many of one video', async (t) => {
  const vireo = await vireoForTests(t, { config: { lake: { enabled: true, commitSeconds: 1 } } as never })
  await vireo.put(
    ...videoIds(20).map((videoId, n) => ({ videoId, lengthMs: 10_000, categories: [{ name: `k${n % 3}`, confidence: 1, source: '' }] })),
  )
  let isChecking = true
  let sent = 0
  const use = async () => {
    while (isChecking) {
      const person = `p${sent % 40}`
      const lateMs = sent % 3 === 0 ? (sent * 977_777) % 170_000_000 : 0
      const seconds = BigInt(Math.floor((vireo.clock.ms - lateMs) / 1_000))
      if (sent % 10 === 0) await vireo.page(person)
      await vireo.did(person, Type.Watch, `v${sent % 7}`, { watchMs: sent % 20_000, evtTime: { seconds, nanos: 0 } })
      vireo.clock.pass({ seconds: 1 })
      sent++
    }
  }
  const using = use()
  const views = await checked(vireo)
  isChecking = false
  await using
  assert.deepEqual(
    views.flatMap(({ differences }) => differences),
    [],
  )
  assert.ok(sent > 50, `${sent} events`)
  assert.ok(sum(views, 'compared') > 100)
  const still = await checked(vireo)
  assert.deepEqual([sum(still, 'differing'), sum(still, 'changing')], [0, 0])
  assert.ok(sum(still, 'compared') > sum(views, 'compared'))
})

test('one check runs at a time, and there is none without the lake', async (t) => {
  const vireo = await vireoForTests(t, { config: { lake: { enabled: true } } as never })
  const [one, other] = await Promise.allSettled([checked(vireo), checked(vireo)])
  assert.deepEqual([one!.status, other!.status], ['fulfilled', 'rejected'])
  assert.equal((other as PromiseRejectedResult).reason.code, 'OVERLOADED')
  assert.equal((await checked(vireo, { ...everything, views: ['surface_watches'] })).length, 1)
  await assert.rejects(checked(await vireoForTests(t)), { code: 'LAKE_MISSING' })
})
