import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { contract } from '../api/contract.ts'
import { checkJson } from '../api/http/check-json.ts'
import { VireoError } from '../errors.ts'
import { Video, VideoState } from '../generated/vireo/v1/catalog.ts'

export interface VideoLine {
  /** From 1. */
  readonly line: number
  readonly video: Video
}

export interface RefusedLine {
  readonly line: number
  readonly code: string
  readonly message: string
}

const shape = contract.getMessage('vireo.v1.Video')!

/** The videos of a file of JSON lines, with the fields of the contract. Lines that are none go to `refused`. */
export async function* videoLines(file: string, refused: RefusedLine[]): AsyncGenerator<VideoLine> {
  let line = 0
  try {
    for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      line++
      if (text.trim() === '') continue
      try {
        yield { line, video: videoOf(text) }
      } catch (error) {
        if (!(error instanceof VireoError)) throw error
        refused.push({ line, code: error.code, message: error.message })
      }
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause
    const message = `${file} can't be read: ${(cause as Error).message}`
    throw new VireoError({ code: 'FILE_UNREADABLE', fault: 'client', retryable: false, message, cause })
  }
}

/** Throws `MALFORMED_LINE`. */
function videoOf(text: string): Video {
  try {
    const json = JSON.parse(text)
    // The name of a state is as good as its long form in the contract.
    if (typeof json?.state === 'string' && !json.state.startsWith('VIDEO_STATE_'))
      json.state = `VIDEO_STATE_${json.state.toUpperCase().replace('-', '_')}`
    checkJson(shape, json)
    return Video.fromJSON(json)
  } catch (cause) {
    const message = cause instanceof VireoError ? cause.message : 'It is no JSON.'
    throw new VireoError({ code: 'MALFORMED_LINE', fault: 'client', retryable: false, message, cause })
  }
}

/** With the state of its own, or else `state`. */
export const inState = (video: Video, state: VideoState | undefined): Video =>
  state === undefined || video.state !== VideoState.VIDEO_STATE_UNSPECIFIED ? video : { ...video, state }
