import { mix32 } from '../../server/src/hash.ts'
import type { Random } from '../../server/src/random.ts'

/** How bright a point is, from 0 to 1. x runs from -1 to 1 from left to right, y from -16/9 to 16/9 downwards. */
export type Tone = (x: number, y: number) => number

/** What a seed draws at each turn of the loop, in radians from 0 to 2π. Periodic, so that the last frame meets the first. */
export type Motion = (random: Random) => (turn: number) => Tone

export const tau = 2 * Math.PI
/** The width of a pixel, 360 of which make a row. */
export const pixel = 2 / 360
export const farthestY = 16 / 9

const steps = 8_192
const sines = Float64Array.from({ length: steps + 1 }, (_, step) => Math.sin((tau * step) / steps))
/** From a table, right to seven places: many times as fast as Math.sin, of which a clip needs some hundred millions. */
export function sin(angle: number): number {
  const at = angle * (steps / tau)
  const floor = Math.floor(at)
  const step = floor & (steps - 1)
  return sines[step]! + (at - floor) * (sines[step + 1]! - sines[step]!)
}
export const cos = (angle: number) => sin(angle + tau / 4)
/** Math.hypot guards against numbers that don't occur here, and is as slow. */
export const length = (x: number, y: number) => Math.sqrt(x * x + y * y)

export const between = (random: Random, least: number, most: number) => least + (most - least) * random()
/** 1 or -1. */
export const sign = (random: Random) => (random() < 0.5 ? -1 : 1)
export const mix = (from: number, to: number, share: number) => from + (to - from) * share

export function smoothstep(from: number, to: number, value: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)))
  return share * share * (3 - 2 * share)
}

/** 1 inside of an edge, 0 outside, smooth over a pixel or two; the distance is negative inside. */
export const inside = (distance: number) => smoothstep(1.25 * pixel, -1.25 * pixel, distance)

/** A number in [0, 1) for each cell of a grid. */
export const ofCell = (column: number, row: number, seed: number) => mix32(mix32(column + seed) ^ (row * 0x9e3779b1)) / 2 ** 32

/** Two rests and two smooth steps in a loop: from 0 to 2, each step half a loop after the other; `late` in [0, 1) shifts them. */
export function twoSteps(turn: number, late: number): number {
  const at = 2 * (turn / tau + late)
  const step = Math.floor(at)
  return step + smoothstep(0, 0.45, at - step)
}
