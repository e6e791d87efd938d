/**
 * The probability that a rate is above a threshold, given how often it came true of how many times. A prior of
 * `strength` times at `priorRate` (0 to 1) comes before. Exact: the tail of the Beta posterior.
 */
export function chanceAbove(successes: number, times: number, threshold: number, strength: number, priorRate: number): number {
  const a = successes + strength * priorRate
  const b = Math.max(0, times - successes) + strength * (1 - priorRate)
  if (a <= 0 || threshold >= 1) return 0
  if (b <= 0 || threshold <= 0) return 1
  return 1 - incompleteBeta(threshold, a, b)
}

/** The regularized incomplete beta function I_x(a, b), for 0 < x < 1 (Press et al., Numerical Recipes, 6.4). */
function incompleteBeta(x: number, a: number, b: number): number {
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return x < (a + 1) / (a + b + 2) ? (front * continuedFraction(x, a, b)) / a : 1 - (front * continuedFraction(1 - x, b, a)) / b
}

const tiny = 1e-300
const mostSteps = 10_000

/** By Lentz's method. */
function continuedFraction(x: number, a: number, b: number): number {
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let result = d
  for (let m = 1; m < mostSteps; m++) {
    let change = 1
    for (const numerator of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / away(1 + numerator * d)
      c = away(1 + numerator / c)
      change = d * c
      result *= change
    }
    if (Math.abs(change - 1) < 1e-12) break
  }
  return result
}

const lanczos = [
  76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5,
] as const

function logGamma(x: number): number {
  let sum = 1.000000000190015
  for (const [at, coefficient] of lanczos.entries()) sum += coefficient / (x + 1 + at)
  return -(x + 5.5) + (x + 0.5) * Math.log(x + 5.5) + Math.log((2.5066282746310007 * sum) / x)
}
