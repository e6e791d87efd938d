import { constants, zstdCompressSync } from 'node:zlib'
import type { BinaryWriter } from '@bufbuild/protobuf/wire'
import { encoded } from '../../encoded.ts'
import type { FeatureRecord } from '../../generated/vireo/record/v1/records.ts'
import { PackedValues } from './packed-values.ts'

/** A page's vectors, to be written as a `FeatureRecord`. */
export interface PageVectors extends Pick<FeatureRecord, 'slateId' | 'person' | 'timeMs' | 'featureSet' | 'recentVideos'> {
  /** The videos of the page, in its order. */
  readonly videoIds: readonly string[]
  readonly personValues: Float32Array | Float64Array
  /** The candidates' sides, one after the other. */
  readonly itemValues: Float32Array | Float64Array
  readonly itemWidth: number
}

// Videos of a page have much in common: more than half of the bytes go. Higher levels take longer and save little more.
const params = { [constants.ZSTD_c_compressionLevel]: 2 }
/** What Node takes for a chunk of its answer at least, in bytes. All of it fits into one as long as the vectors. */
const leastChunk = 64

/** The bytes of a `FeatureRecord`: vectors are long and mostly zeros, and need not become lists first. */
export function encodeVectors(page: PageVectors): Uint8Array<ArrayBuffer> {
  const vectors = encoded(vectorsOfPage, page)
  const compressed = zstdCompressSync(vectors, { params, pledgedSrcSize: vectors.length, chunkSize: Math.max(leastChunk, vectors.length) })
  return encoded(recordOfPage, { page, compressed })
}

const recordOfPage = {
  encode({ page, compressed }: { page: PageVectors; compressed: Uint8Array }, writer: BinaryWriter): BinaryWriter {
    writer.uint32(10).string(page.slateId).uint32(18).string(page.person).uint32(24).int64(page.timeMs)
    return writer.uint32(34).string(page.featureSet).uint32(66).bytes(compressed)
  },
}

const packed = new PackedValues()

const vectorsOfPage = {
  encode(page: PageVectors, writer: BinaryWriter): BinaryWriter {
    const { itemValues, itemWidth, personValues, recentVideos, videoIds } = page
    packed.clear(personValues.length + videoIds.length * itemWidth)
    writer.uint32(42).bytes(packed.add(personValues, 0, personValues.length))
    for (let at = 0; at < videoIds.length; at++) {
      writer.uint32(50).fork().uint32(10).string(videoIds[at]!)
      writer
        .uint32(18)
        .bytes(packed.add(itemValues, at * itemWidth, (at + 1) * itemWidth))
        .join()
    }
    for (const videoId of recentVideos) writer.uint32(58).string(videoId)
    return writer
  },
}
