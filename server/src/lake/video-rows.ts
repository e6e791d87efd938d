import type { VideoRecord } from '../generated/vireo/record/v1/records.ts'
import { type Video, VideoState } from '../generated/vireo/v1/catalog.ts'
import { fieldColumns, floats, type Kind, long, longOrNone, optionalWhole, text, texts, wholeOrNone } from './kinds.ts'
import type { Cell } from './parquet/columns.ts'
import type { RowCodec } from './row-codec.ts'

const stateNames = new Map(
  Object.entries(VideoState).map(([name, number]): [number, string] => [number, name.replace('VIDEO_STATE_', '').toLowerCase()]),
)

/** Such as `cleared`; what the contract does not know yet is `#` and its number. */
export const stateName = (state: number): string => stateNames.get(state) ?? `#${state}`

const state: Kind<string> = { ...text, toColumn: (value) => value }

interface VideoFields extends Omit<Video, 'thumbnailUrl' | 'contentUrl' | 'categories' | 'uploadTime' | 'state'> {
  readonly timeMs: number
  readonly categories: string[]
  readonly uploadMs: number
  readonly state: string
}

const fields = fieldColumns<VideoFields>({
  timeMs: long,
  videoId: text,
  creatorId: text,
  title: text,
  lengthMs: optionalWhole,
  categories: texts,
  hashtags: texts,
  audioId: text,
  language: text,
  countries: texts,
  ageRating: wholeOrNone,
  uploadMs: longOrNone,
  embedding: floats,
  state,
})

/** A row a video as it was put. */
export const videoRows: RowCodec<VideoRecord> = {
  columns: fields.columns,
  rowsOf: ({ video, timeMs }): Cell[][] => [video === undefined ? [timeMs, ...noVideo] : cellsOf(video, timeMs)],
}

const noVideo = fields.columns.slice(1).map(() => null)

function cellsOf(video: Video, timeMs: number): Cell[] {
  const { seconds, nanos } = video.uploadTime ?? { seconds: 0n, nanos: 0 }
  const uploadMs = Number(seconds) * 1_000 + Math.floor(nanos / 1e6)
  return fields.cellsOf({
    ...video,
    timeMs,
    categories: video.categories.map(({ name }) => name),
    uploadMs: Number.isSafeInteger(uploadMs) ? uploadMs : 0,
    state: stateName(video.state),
  })
}
