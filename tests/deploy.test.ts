import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { parse } from 'yaml'
import { loadConfig } from '../server/src/config.ts'

interface Service {
  readonly image?: string
  readonly build?: { readonly context?: string; readonly dockerfile?: string }
  readonly environment?: Readonly<Record<string, string | number>>
  readonly ports?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: object
}

const folder = join(import.meta.dirname, '..', 'deploy')
/** With the values that stand where nothing is set. */
const text = readFileSync(join(folder, 'compose.yaml'), 'utf8').replace(/\$\{\w+:-([^}]*)\}/g, '$1')
const { services } = parse(text, { merge: true }) as { readonly services: Readonly<Record<string, Service>> }
const servers = Object.entries(services).filter(([, { image }]) => image === 'vireo')

suite('compose.yaml', () => {
  for (const [name, { environment }] of servers) {
    test(`the settings of ${name} are settings of Vireo`, () => {
      const env = Object.fromEntries(Object.entries(environment ?? {}).map(([key, value]) => [key, String(value)]))
      assert.notEqual(loadConfig({ VIREO_HOST: '0.0.0.0', ...env }, folder).api.keysFile, '')
    })
  }

  test('between them servers have all roles, over the same log', () => {
    const configs = servers
      .filter(([name]) => name !== 'keys')
      .map(([, { environment }]) => loadConfig(environment as Record<string, string>, folder))
    assert.deepEqual(configs.map(({ roles }) => roles).sort(), ['api', 'features', 'lake'])
    assert.equal(new Set(configs.map(({ kafka, redis, lake }) => JSON.stringify([kafka, redis, lake]))).size, 1)
  })

  test('nothing is open to other machines, and every image has a version', () => {
    for (const [name, { build, image, ports = [] }] of Object.entries(services)) {
      for (const port of ports) assert.match(port, /^127\.0\.0\.1:/, name)
      if (build === undefined) assert.match(image ?? '', /:\d/, name)
      if (build?.dockerfile !== undefined) assert.ok(existsSync(join(folder, build.context!, build.dockerfile)), name)
    }
  })

  test('who waits for a healthy engine waits for one that tells', () => {
    for (const [name, { depends_on = {} }] of Object.entries(services)) {
      for (const [on, { condition }] of Object.entries(depends_on)) {
        if (condition === 'service_healthy') assert.ok(services[on]?.healthcheck, `${name} waits for ${on}`)
      }
    }
  })
})
