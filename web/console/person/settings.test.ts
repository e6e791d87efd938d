import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadConfig } from '../../../server/src/config.ts'
import { changesIn, configurationOf, dials, questionOf, weightsText } from './settings.ts'

const numbers = fc.record(
  Object.fromEntries(dials.map(({ most, name }) => [name, fc.integer({ min: 0, max: 100 }).map((n) => (n * most) / 100)])),
  { requiredKeys: [] },
)
const tasks = fc.dictionary(
  fc.constantFrom('like', 'long_view', 'skip'),
  fc.integer({ min: -50, max: 50 }).map((n) => n / 10),
)

/** An address as the router gives it. */
const addressOf = (settings: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))

test('what is shown to configure makes a server with just these settings', () => {
  fc.assert(
    fc.property(numbers, (settings) => {
      const { environment, file } = configurationOf(changesIn(addressOf(settings)))
      const variables = environment === '' ? [] : environment.split('\n').map((line) => line.split('=') as [string, string])
      const fromVariables = loadConfig(Object.fromEntries(variables), tmpdir())
      for (const { group, name } of dials) {
        if (settings[name] !== undefined) assert.equal((fromVariables[group] as Record<string, unknown>)[name], settings[name])
      }
      const inFile = Object.values<Record<string, unknown>>(file === '' ? {} : JSON.parse(file))
      assert.deepEqual(Object.assign({}, ...inFile), { ...settings })
    }),
  )
})

test('an address says the same settings again', () => {
  fc.assert(
    fc.property(numbers, tasks, (settings, weights) => {
      const hasWeights = Object.keys(weights).length > 0
      const params = addressOf({ ...settings, ...(hasWeights && { weights: weightsText(weights) }) })
      assert.deepEqual(changesIn(params), { ...settings, ...(hasWeights && { weights: { ...weights } }) })
    }),
  )
})

test('what is no number in an address is left out', () => {
  assert.deepEqual(changesIn({ valueWeight: 'much', explorationShare: '', diversity: 'off', level: 'best' }), { diversity: false })
  assert.deepEqual(questionOf('ada', { count: '5', age: 'old' }).request, {
    userid: 'ada',
    resultPerPage: 5,
    requestId: '0',
    context: { surface: '', language: '', country: '', age: 0 },
  })
})
