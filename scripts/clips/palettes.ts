/** Five colours each, from the darkest to the lightest. */
export const palettes = {
  dusk: ['#1b1035', '#4a1f6b', '#b2387a', '#f2765a', '#ffd29a'],
  lagoon: ['#04202c', '#0a4a5c', '#15908f', '#5fcfb0', '#e6f6c8'],
  ember: ['#1a0b0b', '#5a1414', '#b5331d', '#ef7d32', '#ffd98a'],
  ice: ['#0b1530', '#1f3b73', '#4a7fc1', '#9cc9ea', '#f2fbff'],
  forest: ['#0d1f16', '#1e4030', '#3f7a4f', '#9bbf65', '#f1eab8'],
  rose: ['#230a22', '#5c1946', '#a83b68', '#e68a97', '#fde3d5'],
  brass: ['#0b1022', '#1d2a52', '#5a5a78', '#c79a4a', '#f7e3a6'],
  violet: ['#0c0a2b', '#2a1b7a', '#5b3fd0', '#a48bf2', '#efe6ff'],
  desert: ['#2a140e', '#6a3420', '#b9693c', '#e3ab72', '#f8e6c8'],
  reef: ['#072a3a', '#0d6072', '#2fb0a6', '#ff8f7a', '#ffe2cf'],
  citrus: ['#10240f', '#35611a', '#86a61f', '#e3cf3a', '#fff4bd'],
  berry: ['#1b0f2e', '#4b2b6d', '#5f8fa8', '#83d3b5', '#ecfbdc'],
  paper: ['#14171a', '#323d44', '#6c7c82', '#b9bfb8', '#f3eee2'],
  candy: ['#2b0f3a', '#8a2a7b', '#ef5a8b', '#ffa98f', '#fff0c9'],
  copper: ['#06232b', '#0f4f57', '#3a8c86', '#e59a4f', '#ffe0ae'],
  heather: ['#1c1b29', '#4a3f5c', '#8a6f86', '#c7a99a', '#f0e2cf'],
} as const satisfies Record<string, readonly [string, string, string, string, string]>

export const tones = 256

/** Red, green and blue of each tone, three bytes each. Mixed in OKLab (Björn Ottosson), in which the middle of two colours looks like it. */
export function colourOfTones(colours: readonly string[]): Uint8Array {
  const stops = colours.map(oklab)
  const bytes = new Uint8Array(3 * tones)
  for (let tone = 0; tone < tones; tone++) {
    const at = (tone / (tones - 1)) * (stops.length - 1)
    const stop = Math.min(stops.length - 2, Math.floor(at))
    const share = at - stop
    bytes.set(srgb(stops[stop]!.map((from, part) => from + (stops[stop + 1]![part]! - from) * share)), 3 * tone)
  }
  return bytes
}

function oklab(hex: string): number[] {
  const [r, g, b] = [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255)) as [number, number, number]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

function srgb([lightness, greenRed, blueYellow]: number[]): number[] {
  const l = (lightness! + 0.3963377774 * greenRed! + 0.2158037573 * blueYellow!) ** 3
  const m = (lightness! - 0.1055613458 * greenRed! - 0.0638541728 * blueYellow!) ** 3
  const s = (lightness! - 0.0894841775 * greenRed! - 1.291485548 * blueYellow!) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => Math.round(255 * Math.min(1, Math.max(0, encoded(part)))))
}

const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
const encoded = (part: number) => (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055)
