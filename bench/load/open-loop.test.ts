import assert from 'node:assert/strict'
import { test } from 'node:test'
import { percentile } from '../percentile.ts'
import { openLoop } from './open-loop.ts'

test('requests come at their rate, however long each takes', async () => {
  let [open, most] = [0, 0]
  const ask = async () => {
    most = Math.max(most, ++open)
    await new Promise((resolve) => setTimeout(resolve, 200))
    open--
  }
  const { answers, ms } = await openLoop({ perSecond: 200, seconds: 1, ask })
  assert.ok(answers.length > 150 && answers.length < 250, `${answers.length}`)
  assert.ok(most > 10, `${most}`)
  assert.ok(percentile(ms, 0.5) >= 199)
})

test('who was held up counts from when the request was due', async () => {
  let asked = 0
  const ask = async () => {
    if (asked++ > 0) return
    const until = performance.now() + 300
    while (performance.now() < until);
  }
  const { ms } = await openLoop({ perSecond: 200, seconds: 0.5, ask })
  assert.ok(ms.filter((each) => each > 100).length > 20, `${ms}`)
})

test('a request that fails is told of, and the others go on', async () => {
  let asked = 0
  const { answers, failures, ms } = await openLoop({
    perSecond: 500,
    seconds: 0.2,
    ask: () => (asked++ === 3 ? Promise.reject(new Error('refused')) : Promise.resolve('page')),
  })
  assert.deepEqual([failures.map(({ message }) => message), ms.length], [['refused'], answers.length + 1])
})
