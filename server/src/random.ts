/** Numbers in [0, 1), the same for the same seed. */
export type Random = () => number

/** sfc32 (Chris Doty-Humphrey, PractRand), seeded by four words and warmed up. */
export function seededRandom(a: number, b: number, c: number, d: number): Random {
  let [x, y, z, n] = [a | 0, b | 0, c | 0, d | 0]
  const next = () => {
    const t = (((x + y) | 0) + n) | 0
    n = (n + 1) | 0
    x = y ^ (y >>> 9)
    y = (z + (z << 3)) | 0
    z = (z << 21) | (z >>> 11)
    z = (z + t) | 0
    return (t >>> 0) / 2 ** 32
  }
  for (let warm = 0; warm < 12; warm++) next()
  return next
}
