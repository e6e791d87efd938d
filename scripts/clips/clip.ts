import { seededRandom } from '../../server/src/random.ts'
import { distanceToText } from './lettering.ts'
import { farthestY, inside, pixel, tau } from './motion.ts'
import { motions } from './motions.ts'
import { colourOfTones, palettes, tones } from './palettes.ts'

export const width = 360
export const height = 640
export const framesPerSecond = 24
/** Five seconds. */
export const frames = 120

export interface Clip {
  readonly category: number
  readonly variation: number
}

/** Draws a clip's frames, each `height` rows of `width` pixels of red, green and blue. The same clip and frame give the same bytes. */
export function drawn({ category, variation }: Clip): (frame: number) => Uint8Array {
  const { motion, colours } = lookOf(category)
  const toneAt = motion(seededRandom(0x71c1, category, variation, 0))
  const colourOf = colourOfTones(colours)
  const { letters, shade } = caption(category === 0 ? '–' : String(category))
  return (frame) => {
    const tone = toneAt((tau * frame) / frames)
    const rgb = new Uint8Array(3 * width * height)
    for (let row = 0, at = 0; row < height; row++) {
      const y = (row + 0.5) * pixel - farthestY
      for (let column = 0; column < width; column++, at++) {
        const bright = Math.min(1, Math.max(0, tone((column + 0.5) * pixel - 1, y)))
        const colour = 3 * Math.floor(bright * (tones - 1) + 0.5)
        const white = 255 * letters[at]!
        const share = shade[at]! * (1 - letters[at]!)
        for (let part = 0; part < 3; part++) rgb[3 * at + part] = colourOf[colour + part]! * share + white + 0.5
      }
    }
    return rgb
  }
}

/** Neighbours in number share neither motion nor palette, and no two of 256 in a row share both. */
function lookOf(category: number) {
  const ways = Object.values(motions)
  const schemes = Object.values(palettes)
  const round = Math.floor(category / ways.length)
  return { motion: ways[category % ways.length]!, colours: schemes[(category * 7 + round * 3) % schemes.length]! }
}

/** What the frames have in common: the letters, how white each pixel is, and what darkens the ground behind them and the corners. */
function caption(number: string) {
  const off = distanceToText([
    { text: 'category', base: -0.46, height: 0.06, stroke: 0.016, space: 0.03 },
    { text: number, base: 0.12, height: 0.44, stroke: 0.06, space: 0.13 },
    { text: 'generated', base: 0.3, height: 0.06, stroke: 0.016, space: 0.03 },
  ])
  const letters = new Float32Array(width * height)
  const shade = new Float32Array(width * height)
  for (let at = 0; at < letters.length; at++) {
    const x = ((at % width) + 0.5) * pixel - 1
    const y = (Math.floor(at / width) + 0.5) * pixel - farthestY
    const corner = 1 - 0.1 * (x * x + (y / farthestY) ** 2)
    const far = Math.abs(x) < 0.6 && Math.abs(y) < 0.6 ? off(x, y) : 1
    letters[at] = inside(far)
    const behind = 0.3 * Math.exp(-2.6 * (x * x + (y + 0.08) ** 2)) + 0.2 * Math.exp(-((Math.max(0, far) / 0.07) ** 2))
    shade[at] = corner * (1 - behind)
  }
  return { letters, shade }
}
