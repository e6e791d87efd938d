import { InvalidInput } from '../../errors.ts'
import { ByteWriter } from '../../features/tiles/byte-codec.ts'
import type { FeatureRow } from '../../ports/feature-store.ts'

/** As of when and until when, as doubles, the lowest byte first; a script reads the first. The values follow. */
const headBytes = 16
const writer = new ByteWriter()

/** Throws `FEATURE_ROW_INVALID`. */
export function encodeRow({ asOfMs, id, validUntilMs, values }: FeatureRow, width: number): Buffer {
  const refuse = (what: string) => new InvalidInput('FEATURE_ROW_INVALID', 'values', `The row of '${id}' ${what}`)
  if (values.length !== width) throw refuse(`has ${values.length} values instead of ${width}`)
  if (!Number.isFinite(asOfMs) || Number.isNaN(validUntilMs)) throw refuse('has no time')
  for (let at = 0; at < width; at++) {
    const value = values[at]!
    if (!Number.isSafeInteger(value) || value < 0) throw refuse(`has the value ${value}, which is no integer from 0 on`)
  }
  for (let at = 0; at < width; at++) writer.integer(values[at]!)
  const head = Buffer.alloc(headBytes)
  head.writeDoubleLE(asOfMs)
  head.writeDoubleLE(validUntilMs, 8)
  return Buffer.concat([head, writer.finish()])
}

/** Writes the values; until when they hold. Of what is no row of this width there are zeros, and 0. */
export function decodeRow(row: Buffer, width: number, into: Float64Array, at: number): number {
  let next = headBytes
  for (let place = at; place < at + width; place++) {
    let value = 0
    let byte = 128
    for (let unit = 1; byte > 127 && next < row.length; unit *= 128) {
      byte = row[next++]!
      value += (byte & 127) * unit
    }
    into[place] = value
    if (byte > 127) next = Number.POSITIVE_INFINITY
  }
  if (next === row.length) return row.readDoubleLE(8)
  into.fill(0, at, at + width)
  return 0
}
