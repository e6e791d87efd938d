// The inner loops of the vector index, in AssemblyScript: `node scripts/build-wasm.ts` makes src/adapters/embedded/vector-scan.wasm of it.
//
// A block has the int8 numbers of `blockRows` rows, `stride` each (a multiple of 8), then the float32 scales of the rows. The
// query has `stride` int16 numbers. What a search finds is a list of keys: 32 bits that grow with the score, then the place.

let stride: usize
let blockRows: usize
let query: usize
let keys: usize

/** Of the search under way: how many it wants, what a key must be above, where the next one goes, and where some must be dropped. */
let wanted: usize
let least: u64
let end: usize
let full: usize

export function layOut(rowBytes: usize, rowsABlock: usize, queryAt: usize, keysAt: usize): void {
  stride = rowBytes
  blockRows = rowsABlock
  query = queryAt
  keys = keysAt
}

/** Begins a search for the `most` rows, at least 1, of the largest scores above `above`. It needs room for twice as many keys and two blocks more. */
export function begin(most: usize, above: f32): void {
  wanted = most
  least = keyOf(above, u32.MAX_VALUE)
  end = keys
  full = keys + ((2 * most + blockRows) << 3)
}

/** Compares the first `count` rows of a block, the first of which has the place `first`. */
export function scan(block: usize, count: usize, first: u32): void {
  const scales = block + stride * blockRows
  fetch(block, scales)
  for (let row: usize = 0; row < count; row += 4) {
    const four = block + row * stride
    let a = i32x4.splat(0)
    let b = i32x4.splat(0)
    let c = i32x4.splat(0)
    let d = i32x4.splat(0)
    for (let at: usize = 0; at < stride; at += 8) {
      const numbers = v128.load(query + 2 * at)
      a = i32x4.add(a, i32x4.dot_i16x8_s(numbers, v128.load_ext<i8>(four + at)))
      b = i32x4.add(b, i32x4.dot_i16x8_s(numbers, v128.load_ext<i8>(four + stride + at)))
      c = i32x4.add(c, i32x4.dot_i16x8_s(numbers, v128.load_ext<i8>(four + 2 * stride + at)))
      d = i32x4.add(d, i32x4.dot_i16x8_s(numbers, v128.load_ext<i8>(four + 3 * stride + at)))
    }
    const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 2, 6), v128.shuffle<i32>(a, b, 1, 5, 3, 7))
    const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 2, 6), v128.shuffle<i32>(c, d, 1, 5, 3, 7))
    const sums = i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7))
    const scores = f32x4.mul(f32x4.convert_i32x4_s(sums), v128.load(scales + 4 * row))
    const place = first + <u32>row
    keep(keyOf(f32x4.extract_lane(scores, 0), place))
    if (row + 1 < count) keep(keyOf(f32x4.extract_lane(scores, 1), place + 1))
    if (row + 2 < count) keep(keyOf(f32x4.extract_lane(scores, 2), place + 2))
    if (row + 3 < count) keep(keyOf(f32x4.extract_lane(scores, 3), place + 3))
  }
  if (end >= full) drop()
}

/** Ends a search and leaves the keys of the best, in no order; how many there are. */
export function finish(): usize {
  if (end > keys + (wanted << 3)) drop()
  return (end - keys) >> 3
}

/** Adds a row's numbers times `scale` to `stride` float32 numbers. */
export function addTo(sums: usize, row: usize, scale: f32): void {
  const scales = f32x4.splat(scale)
  for (let at: usize = 0; at < stride; at += 8) {
    const numbers = v128.load_ext<i8>(row + at)
    const into = sums + 4 * at
    const low = f32x4.mul(scales, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(numbers)))
    const high = f32x4.mul(scales, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(numbers)))
    v128.store(into, f32x4.add(v128.load(into), low))
    v128.store(into, f32x4.add(v128.load(into, 16), high), 16)
  }
}

/** The dot product of `stride` float64 numbers and a row's. */
export function dot(numbers: usize, row: usize): f64 {
  let sums = f64x2.splat(0)
  let more = f64x2.splat(0)
  for (let at: usize = 0; at < stride; at += 8) {
    const eight = v128.load_ext<i8>(row + at)
    const low = i32x4.extend_low_i16x8_s(eight)
    const high = i32x4.extend_high_i16x8_s(eight)
    const from = numbers + 8 * at
    sums = f64x2.add(sums, f64x2.mul(v128.load(from), f64x2.convert_low_i32x4_s(low)))
    more = f64x2.add(more, f64x2.mul(v128.load(from, 16), f64x2.convert_low_i32x4_s(v128.shuffle<i32>(low, low, 2, 3, 2, 3))))
    sums = f64x2.add(sums, f64x2.mul(v128.load(from, 32), f64x2.convert_low_i32x4_s(high)))
    more = f64x2.add(more, f64x2.mul(v128.load(from, 48), f64x2.convert_low_i32x4_s(v128.shuffle<i32>(high, high, 2, 3, 2, 3))))
  }
  sums = f64x2.add(sums, more)
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)
}

/** The dot product of two rows' numbers. */
export function product(row: usize, other: usize): i32 {
  let sums = i32x4.splat(0)
  for (let at: usize = 0; at < stride; at += 8)
    sums = i32x4.add(sums, i32x4.dot_i16x8_s(v128.load_ext<i8>(row + at), v128.load_ext<i8>(other + at)))
  return i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3)
}

/** Nobody reads it; without it the words would not be read either. */
export let fetched: i64 = 0

/** Reads a word of each cache line, many at once, where the comparison would wait for a few and then for the next. */
function fetch(from: usize, until: usize): void {
  let words = i64x2.splat(0)
  for (let at = from; at < until; at += 256) {
    words = v128.or(words, v128.or(v128.or(v128.load(at), v128.load(at, 64)), v128.or(v128.load(at, 128), v128.load(at, 192))))
  }
  fetched = i64x2.extract_lane(words, 0)
}

/** The bits of a positive float grow with it, those of a negative one fall. */
function keyOf(score: f32, place: u32): u64 {
  const bits = reinterpret<i32>(score)
  return ((<u64>(<u32>(bits ^ ((bits >> 31) | i32.MIN_VALUE)))) << 32) | place
}

/** Without a branch: what is not kept is written over by the next. */
function keep(key: u64): void {
  store<u64>(end, key)
  end += (<usize>(key > least)) << 3
}

/** Keeps the `wanted` largest of the keys, of which there are more (Hoare's selection). */
function drop(): void {
  const last = keys + ((wanted - 1) << 3)
  let from = keys
  let to = end - 8
  while (from < to) {
    const pivot = load<u64>(from + (((to - from) >> 4) << 3))
    let left = from
    let right = to
    while (left <= right) {
      while (load<u64>(left) > pivot) left += 8
      while (load<u64>(right) < pivot) right -= 8
      if (left > right) break
      const key = load<u64>(left)
      store<u64>(left, load<u64>(right))
      store<u64>(right, key)
      left += 8
      right -= 8
    }
    if (last <= right) to = right
    else if (last >= left) from = left
    else break
  }
  least = load<u64>(last)
  end = keys + (wanted << 3)
}
