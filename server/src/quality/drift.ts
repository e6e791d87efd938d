/** Rows by bin, in the hour that is looked at and in the one it is compared with. */
export interface Binned {
  readonly now: readonly number[]
  readonly before: readonly number[]
}

/** A measure of how far two distributions are apart, and from where on it warns. */
export interface DriftTest {
  readonly type: string
  readonly measure: (binned: Binned) => number
  readonly threshold: number
}

export const driftTests: readonly DriftTest[] = [
  // Below 0.1 is stable, up to 0.2 a little shift, above it one that wants a look (Siddiqi, Credit Risk Scorecards, 2006).
  { type: 'expect_column_psi_to_be_less_than', measure: psi, threshold: 0.2 },
  // What Evidently takes where nothing else is said.
  { type: 'expect_column_js_distance_to_be_less_than', measure: jsDistance, threshold: 0.1 },
]

/** Bins of equal shares of what it is compared with. */
export const bins = 10

/**
 * Fewer values say nothing: of two samples of one distribution in 10 bins, of n and m values, the index is about
 * 9 · (1/n + 1/m) (Yurdakul, Statistical Properties of Population Stability Index, 2018), and the distance about
 * √(9 / (8 ln 2) · (1/n + 1/m)): with 2,000 values each 0.01 and 0.04.
 */
export const leastValues = 2_000

/** Of an empty bin, so that the index stays finite: half a row. */
const emptyRows = 0.5

/** The population stability index: Σ (p − q) · ln(p / q) over the bins. */
export function psi({ now, before }: Binned): number {
  const p = shares(now.map((rows) => Math.max(rows, emptyRows)))
  const q = shares(before.map((rows) => Math.max(rows, emptyRows)))
  return sum(p.map((share, bin) => (share - q[bin]!) * Math.log(share / q[bin]!)))
}

/**
 * The Jensen–Shannon distance, 0 to 1: the root of the divergence to base 2 (Lin, Divergence measures based on the Shannon
 * entropy, 1991), which is a metric (Endres and Schindelin, 2003).
 */
export function jsDistance({ now, before }: Binned): number {
  const p = shares(now)
  const q = shares(before)
  const middle = p.map((share, bin) => (share + q[bin]!) / 2)
  const divergence = (divergenceOf(p, middle) + divergenceOf(q, middle)) / 2
  return Math.sqrt(Math.min(1, Math.max(0, divergence)))
}

const divergenceOf = (p: readonly number[], q: readonly number[]) =>
  sum(p.map((share, bin) => (share === 0 ? 0 : share * Math.log2(share / q[bin]!))))

function shares(rows: readonly number[]): number[] {
  const all = sum(rows)
  return rows.map((each) => each / all)
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
