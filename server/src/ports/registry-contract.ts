import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstChannel, type Registry } from './registry.ts'

/** A registry with the versions 1 and 2 of the model `feed`, and one that is not finished. */
export interface RegistryForTests {
  readonly registry: Registry
  /** As another process sees it. */
  readonly other: Registry
}

/** What every registry keeps. */
export function registryContract(name: string, make: () => Promise<RegistryForTests>): void {
  const choice = (revision: number, version: string, before = revision - 1) => ({ revision, version, changedMs: 1_000 * revision, before })
  const rejects = (code: string, work: Promise<unknown>) => assert.rejects(work, { code })

  test(`${name}: finished versions are listed and have a folder; others are unknown`, async () => {
    const { registry } = await make()
    assert.deepEqual([...(await registry.versions('feed'))].sort(), ['1', '2'])
    assert.deepEqual(await registry.versions('other'), [])
    assert.match(await registry.folder('feed', '2'), /2$/)
    assert.match(await registry.manifestFolder('feed', '2'), /2$/)
    await rejects('MODEL_UNKNOWN', registry.folder('feed', '3'))
    await rejects('MODEL_UNKNOWN', registry.folder('feed', '../feed/2'))
    await rejects('MODEL_UNKNOWN', registry.folder('feed', ''))
    await rejects('MODEL_UNKNOWN', registry.manifestFolder('feed', '3'))
  })

  test(`${name}: what was chosen is seen by all, and earlier choices are kept`, async () => {
    const { other, registry } = await make()
    assert.deepEqual(await registry.channel('feed'), firstChannel)
    await registry.point('feed', choice(1, '1'))
    await registry.point('feed', choice(2, '2'))
    assert.deepEqual(await other.channel('feed'), choice(2, '2'))
    assert.deepEqual(await other.revision('feed', 1), choice(1, '1'))
    await rejects('MODEL_UNKNOWN', other.revision('feed', 3))
    assert.deepEqual(await registry.channel('other'), firstChannel)
  })

  test(`${name}: of two who choose at the same time one is told that the other was faster`, async () => {
    const { other, registry } = await make()
    const both = await Promise.allSettled([registry.point('feed', choice(1, '1')), other.point('feed', choice(1, '2'))])
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    const lost = both.find((each) => each.status === 'rejected')!
    assert.equal((lost.reason as { code: string }).code, 'REGISTRY_CHANGED')
    await rejects('REGISTRY_CHANGED', registry.point('feed', choice(1, '1')))
    await rejects('REGISTRY_CHANGED', registry.point('feed', choice(3, '1')))
  })
}
