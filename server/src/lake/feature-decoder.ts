import { zstdDecompressSync } from 'node:zlib'
import { BinaryReader } from '@bufbuild/protobuf/wire'
import { FeatureItem, FeatureRecord } from '../generated/vireo/record/v1/records.ts'

/** More than any page takes: what claims to be larger is broken. */
const mostBytes = 2 ** 24

/**
 * Decodes a `FeatureRecord`, and what is compressed in it, some ten times as fast as the generated code does: a page has
 * a thousand values and more, which that makes into bigints first. What it does not know it leaves to the generated code.
 */
export function decodeFeatures(bytes: Uint8Array): FeatureRecord {
  const record = decodePlain(bytes)
  if (record.compressed.length === 0) return record
  const vectors = decodePlain(zstdDecompressSync(record.compressed, { maxOutputLength: mostBytes }))
  return { ...vectors, slateId: record.slateId, person: record.person, timeMs: record.timeMs, featureSet: record.featureSet }
}

const decodePlain = (bytes: Uint8Array): FeatureRecord => decodeKnown(new BinaryReader(bytes)) ?? FeatureRecord.decode(bytes)

const inBytes = 2
const varint = 0
const tag = (field: number, wireType: number) => (field << 3) | wireType

function decodeKnown(reader: BinaryReader): FeatureRecord | undefined {
  const record = FeatureRecord.create()
  while (reader.pos < reader.len) {
    const next = reader.uint32()
    if (next === tag(1, inBytes)) record.slateId = reader.string()
    else if (next === tag(2, inBytes)) record.person = reader.string()
    else if (next === tag(3, varint)) record.timeMs = exact(reader.int64())
    else if (next === tag(4, inBytes)) record.featureSet = reader.string()
    else if (next === tag(5, inBytes)) readValues(reader, record.personValues)
    else if (next === tag(7, inBytes)) record.recentVideos.push(reader.string())
    else if (next === tag(8, inBytes)) record.compressed = Buffer.from(reader.bytes())
    else if (next === tag(6, inBytes)) {
      const item = decodeItem(reader)
      if (item === undefined) return undefined
      record.items.push(item)
    } else return undefined
  }
  return record
}

function decodeItem(reader: BinaryReader): FeatureItem | undefined {
  const length = reader.uint32()
  const end = reader.pos + length
  if (end > reader.len) return undefined
  const item = FeatureItem.create()
  while (reader.pos < end) {
    const next = reader.uint32()
    if (next === tag(1, inBytes)) item.videoId = reader.string()
    else if (next === tag(2, inBytes)) readValues(reader, item.values)
    else return undefined
  }
  return reader.pos === end ? item : undefined
}

/** Packed zigzag varints; of more than four bytes they are left to the reader. */
function readValues(reader: BinaryReader, values: number[]): void {
  const length = reader.uint32()
  const end = reader.pos + length
  if (end > reader.len) throw new RangeError('the values end before they should')
  const { buf } = reader as unknown as { buf: Uint8Array }
  let at = reader.pos
  while (at < end) {
    const first = buf[at]!
    if (first < 128) {
      values.push((first >>> 1) ^ -(first & 1))
      at++
      continue
    }
    let zigzag = first & 127
    let shift = 7
    let byte = buf[++at]!
    for (; byte > 127 && shift < 21; shift += 7) {
      zigzag |= (byte & 127) << shift
      byte = buf[++at]!
    }
    if (byte < 128) {
      zigzag |= byte << shift
      values.push((zigzag >>> 1) ^ -(zigzag & 1))
      at++
      continue
    }
    reader.pos = at - shift / 7
    values.push(exact(reader.sint64()))
    at = reader.pos
  }
  reader.pos = end
}

function exact(value: bigint | string): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} is too large`)
  return number
}
