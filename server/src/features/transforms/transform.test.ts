import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../../random.ts'
import { log1p, log1pTransform } from './log1p.ts'
import { fitSmoothedRatio, smoothedRatio } from './smoothed-ratio.ts'
import { transformSchema } from './transform.ts'
import { fitZScore, zScore } from './z-score.ts'

/** Of integers α and β: the αth smallest of α + β - 1 even draws is from Beta(α, β). */
function betaDraw(random: () => number, alpha: number, beta: number): number {
  return Array.from({ length: alpha + beta - 1 }, random).sort((a, b) => a - b)[alpha - 1]!
}

test('the prior is found from which entities were drawn', () => {
  for (const [alpha, beta] of [
    [2, 6],
    [1, 9],
    [30, 20],
  ] as const) {
    const random = seededRandom(alpha, beta, 3, 4)
    const entities = Array.from({ length: 4_000 }, () => {
      const rate = betaDraw(random, alpha, beta)
      const trials = 1 + Math.floor(40 * random() ** 3)
      let successes = 0
      for (let trial = 0; trial < trials; trial++) if (random() < rate) successes++
      return { successes, trials }
    })
    const prior = fitSmoothedRatio(entities)
    assert.ok(Math.abs(prior.alpha / (prior.alpha + prior.beta) - alpha / (alpha + beta)) < 0.01)
    assert.ok(Math.abs(Math.log((prior.alpha + prior.beta) / (alpha + beta))) < 0.2, `${prior.alpha + prior.beta} of ${alpha + beta}`)
  }
})

test('a smoothed ratio is between what was counted and what is usual, and without trials it is what is usual', () => {
  const entity = fc.nat(1_000).chain((trials) => fc.record({ trials: fc.constant(trials), successes: fc.nat(trials) }))
  fc.assert(
    fc.property(fc.array(entity), entity, (entities, { successes, trials }) => {
      const prior = fitSmoothedRatio(entities)
      const usual = prior.alpha / (prior.alpha + prior.beta)
      const ratio = smoothedRatio(prior, successes, trials)
      assert.ok(ratio > 0 && ratio < 1)
      if (trials === 0) assert.ok(Math.abs(ratio - usual) < 1e-12)
      else assert.ok(ratio >= Math.min(usual, successes / trials) - 1e-12 && ratio <= Math.max(usual, successes / trials) + 1e-12)
    }),
  )
})

test('entities that do not differ make a prior that counts for much, one alone makes a weak one', () => {
  const same = fitSmoothedRatio(Array.from({ length: 100 }, () => ({ successes: 50, trials: 100 })))
  assert.deepEqual([same.alpha, same.beta], [50_000, 50_000])
  const alone = fitSmoothedRatio([{ successes: 5, trials: 10 }])
  assert.deepEqual([alone.alpha, alone.beta], [0.05, 0.05])
})

test('z-scores of what they were learned from have mean 0 and deviation 1, and unknown is the mean', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e6, max: 1e6 }), { minLength: 2 }), (values) => {
      const learned = fitZScore(values)
      const scores = values.filter((value) => !Number.isNaN(value)).map((value) => zScore(learned, value))
      const again = fitZScore(scores)
      assert.equal(zScore(learned, Number.NaN), 0)
      if (new Set(scores).size < 2) return
      assert.ok(Math.abs(again.mean) < 1e-3)
    }),
  )
  assert.deepEqual(fitZScore([1, 3, Number.NaN]), { transform: 'z_score', version: 1, mean: 2, deviation: 1 })
  assert.deepEqual(fitZScore([4, 4]).deviation, 1)
})

test('logarithms of one more begin at 0', () => {
  assert.deepEqual([log1p(log1pTransform, 0), log1p(log1pTransform, -3), log1p(log1pTransform, Math.E - 1)], [0, 0, 1])
})

test('what was learned comes back from JSON as it was, and another version is refused', () => {
  for (const transform of [fitZScore([1, 2, 4]), fitSmoothedRatio([{ successes: 1, trials: 3 }]), log1pTransform]) {
    assert.deepEqual(transformSchema.parse(JSON.parse(JSON.stringify(transform))), transform)
    assert.throws(() => transformSchema.parse({ ...transform, version: 2 }))
  }
})
