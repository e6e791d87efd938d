import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turns } from './turns.ts'

const work = (ms: number) => {
  for (const until = performance.now() + ms; performance.now() < until; );
}

test('many who come at once share several turns, in the order in which they came', async () => {
  const turns = new Turns(4)
  const turnOf: number[] = []
  let turn = 0
  let isOver = false
  const count = () => {
    turn++
    if (!isOver) setImmediate(count)
  }
  count()
  const one = async (n: number) => {
    const waiting = turns.wait()
    if (waiting !== undefined) await waiting
    turnOf[n] = turn
    work(3)
  }
  await Promise.all(Array.from({ length: 8 }, (_, n) => one(n)))
  isOver = true
  assert.deepEqual(
    turnOf,
    turnOf.toSorted((a, b) => a - b),
  )
  // Two begin within 4 ms; who measures may be held up.
  for (const turn of new Set(turnOf)) assert.ok(turnOf.filter((other) => other === turn).length <= 2)
})

test('who comes alone does not wait', () => {
  assert.equal(new Turns(4).wait(), undefined)
})
