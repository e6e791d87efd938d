import { PutVideosRequest, type PutVideosResponse } from '../../server/src/generated/vireo/v1/catalog.ts'
import { call, catalogClient } from './clients.ts'
import { syntheticVideo } from './synthetic.ts'

const videosPerBatch = 1_000
const batchesInFlight = 4

/** Adds the synthetic videos from one number until before another, of a catalogue that will have `count`. */
export async function addVideos(address: string, from: number, until: number, count: number): Promise<void> {
  const client = catalogClient(address)
  const nowS = Math.floor(Date.now() / 1_000)
  let next = from
  const add = async () => {
    while (next < until) {
      const first = next
      next = Math.min(until, first + videosPerBatch)
      const videos = Array.from({ length: next - first }, (_, at) => syntheticVideo(first + at, count, nowS))
      const { accepted } = await call<PutVideosRequest, PutVideosResponse>(client, client.putVideos, PutVideosRequest.create({ videos }))
      if (accepted !== videos.length) throw new Error(`Of ${videos.length} videos ${accepted} were accepted.`)
    }
  }
  await Promise.all(Array.from({ length: batchesInFlight }, add))
  client.close()
}
