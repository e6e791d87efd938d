import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../server/src/random.ts'
import { Stays } from './stays.ts'
import { isLong, Taste } from './taste.ts'

const random = seededRandom(1, 2, 3, 4)
const video = (id: string, category: string) => ({ id, categories: [category], lengthMs: 40_000 })

/** Ada likes cats, Ben dogs; of the cats, `good` is the best. */
const watches = Array.from({ length: 4_000 }, (_, at) => {
  const person = at % 2 === 0 ? 'ada' : 'ben'
  const category = at % 4 < 2 ? 'cats' : 'dogs'
  const good = category === 'cats' && at % 3 === 0
  const chance = ((person === 'ada') === (category === 'cats') ? 0.6 : 0.2) + (good ? 0.2 : 0)
  return { person, video: video(good ? 'good' : category, category), watchMs: random() < chance ? 25_000 + (at % 9) : 3_000 + (at % 5) }
})
const taste = Taste.fitted(watches, random)
const chanceOf = (person: string, id: string, category: string) =>
  taste.chance(person, { ...video(id, category), quality: taste.qualityOf(id) })

test('whom a video suits, and how good it is, is learnt from who watched it', () => {
  for (const [person, id, category, expected] of [
    ['ada', 'cats', 'cats', 0.6],
    ['ben', 'cats', 'cats', 0.2],
    ['ada', 'dogs', 'dogs', 0.2],
    ['ada', 'good', 'cats', 0.8],
  ] as const) {
    const chance = chanceOf(person, id, category)
    assert.ok(Math.abs(chance - expected) < 0.08, `${person}, ${id}: ${chance}`)
  }
  assert.ok(Math.abs(chanceOf('eve', 'new', 'cats') - 0.45) < 0.1)
})

test('stays are those that were recorded, and a long view is one', () => {
  const stays = new Stays(watches)
  for (const chance of [0, 0.4, 0.999]) {
    assert.ok(stays.draw(40_000, true, chance) >= 25_000 && stays.draw(40_000, true, chance) < 25_009)
    assert.ok(stays.draw(40_000, false, chance) < 3_005)
    for (const lengthMs of [undefined, 5_000, 90_000]) {
      for (const long of [true, false]) assert.equal(isLong(stays.draw(lengthMs, long, chance), lengthMs), long)
    }
  }
})
