import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { frames, framesPerSecond, height, width } from './clip.ts'

/** What ffmpeg reads: raw frames from its standard input. */
const drawnFrames = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', String(framesPerSecond), '-i', '-']
const quiet = ['-hide_banner', '-loglevel', 'error', '-y', '-bitexact']
export const mostPosterBytes = 3_072
const encodeMs = 300_000

/** VP9 in WebM: one key frame, at the start; BT.709 as players assume for video; the index before the frames. */
export const encodeClip = (frame: (number: number) => Uint8Array, path: string) =>
  ffmpeg(frame, frames, [
    ...['-vf', 'scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+full_chroma_inp+accurate_rnd', '-pix_fmt', 'yuv420p'],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
    ...['-c:v', 'libvpx-vp9', '-crf', '54', '-b:v', '0', '-deadline', 'good', '-cpu-used', '4', '-g', String(frames)],
    ...['-cues_to_front', '1', '-fflags', '+bitexact', path],
  ])

/** The first frame, smaller, in WebP of at most `mostPosterBytes`. */
export async function encodePoster(frame: (number: number) => Uint8Array, path: string): Promise<void> {
  for (const quality of [50, 35, 20, 5]) {
    const webp = ['-c:v', 'libwebp', '-quality', String(quality), '-compression_level', '6']
    await ffmpeg(frame, 1, ['-vf', 'scale=144:256:flags=lanczos', ...webp, path])
    if (statSync(path).size <= mostPosterBytes) return
  }
  throw new Error(`${path} is larger than ${mostPosterBytes} bytes.`)
}

async function ffmpeg(frame: (number: number) => Uint8Array, count: number, args: readonly string[]): Promise<void> {
  const encoder = spawn('ffmpeg', [...quiet, ...drawnFrames, ...args], {
    stdio: ['pipe', 'inherit', 'inherit'],
    signal: AbortSignal.timeout(encodeMs),
  })
  const ended = once(encoder, 'exit')
  for (let number = 0; number < count; number++) {
    if (!encoder.stdin.write(frame(number))) await Promise.race([once(encoder.stdin, 'drain'), ended])
  }
  encoder.stdin.end()
  const [code] = await ended
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}.`)
}
