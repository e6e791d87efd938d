import type { BinaryWriter } from '@bufbuild/protobuf/wire'
import { encoded } from '../../encoded.ts'
import type { FeatureRecord } from '../../generated/vireo/record/v1/records.ts'

/** A page's vectors, to be written as a `FeatureRecord`. */
export interface PageVectors extends Pick<FeatureRecord, 'slateId' | 'person' | 'timeMs' | 'featureSet' | 'recentVideos'> {
  /** The videos of the page, in its order. */
  readonly videoIds: readonly string[]
  readonly personValues: Float64Array
  /** The candidates' sides, one after the other. */
  readonly itemValues: Float64Array
  readonly itemWidth: number
}

/** The bytes of a `FeatureRecord`: vectors are long and mostly zeros, and need not become lists first. */
export const encodeVectors = (page: PageVectors): Uint8Array<ArrayBuffer> => encoded(pageVectors, page)

const pageVectors = {
  encode(page: PageVectors, writer: BinaryWriter): BinaryWriter {
    writer.uint32(10).string(page.slateId).uint32(18).string(page.person).uint32(24).int64(page.timeMs)
    writer.uint32(34).string(page.featureSet).uint32(42).fork()
    writeValues(writer, page.personValues, 0, page.personValues.length)
    writer.join()
    for (const [at, videoId] of page.videoIds.entries()) {
      writer.uint32(50).fork().uint32(10).string(videoId).uint32(18).fork()
      writeValues(writer, page.itemValues, at * page.itemWidth, (at + 1) * page.itemWidth)
      writer.join().join()
    }
    for (const videoId of page.recentVideos) writer.uint32(58).string(videoId)
    return writer
  },
}

/** As `sint64`; of 32 bits both kinds have the same bytes. */
function writeValues(writer: BinaryWriter, values: Float64Array, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const value = values[at]!
    if ((value | 0) === value) writer.sint32(value)
    else writer.sint64(value)
  }
}
