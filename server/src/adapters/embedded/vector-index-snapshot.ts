import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { VireoError } from '../../errors.ts'

// A snapshot is the rows of one list after the other (int8), the length of each list (uint32), the label of each row (uint64)
// and a trailer: eight uint32 and the SHA-256 of all that stands before it. Everything is little-endian.
const magic = 0x58_4f_45_56
const format = 2
const fieldBytes = 32
const trailerBytes = fieldBytes + 32
const labelBytes = 8
const lengthBytes = 4

const rowsATurn = 4_096
const readBytes = 2 ** 18

export interface SnapshotContent {
  readonly lists: number
  /** Of each row. */
  readonly labels: BigUint64Array
}

/** Ends a file that has the lists so far: labels, trailer, and all of it on the disk. */
export async function finishSnapshot(file: string, width: number, { labels, lists }: SnapshotContent): Promise<void> {
  await using handle = await open(file, 'a')
  await handle.appendFile(Buffer.from(labels.buffer))
  const fields = Uint32Array.of(magic, format, width, labels.length, lists, 0, 0, 0)
  await handle.appendFile(Buffer.from(fields.buffer))
  await handle.appendFile(await sha256(file))
  await handle.sync()
}

/** Does something for each row, for a few in a turn of the event loop. */
export async function eachRow(rows: number, act: (row: number) => void): Promise<void> {
  for (let row = 0; row < rows; row++) {
    act(row)
    if (row % rowsATurn === 0) await nextTurn()
  }
}

/** Rejects with `INDEX_SNAPSHOT_BROKEN` where the file is not there, not whole, of another width or format, or has too many rows. */
export async function readSnapshot(file: string, width: number, mostRows: number): Promise<SnapshotContent> {
  try {
    await using handle = await open(file)
    const { size } = await handle.stat()
    const trailer = await read(handle, size - trailerBytes, trailerBytes)
    const fields = new Uint32Array(trailer.buffer, 0, fieldBytes / 4)
    const [sign, version, columns, rows, lists] = [...fields] as [number, number, number, number, number]
    if (sign !== magic) throw new Error('it does not end as a snapshot does')
    if (version !== format || columns !== width) throw new Error(`it has format ${version} and vectors of ${columns} numbers`)
    if (rows > mostRows) throw new Error(`it has ${rows} vectors, and there is room for ${mostRows}`)
    const labelsAt = rows * width + lists * lengthBytes
    if (labelsAt + rows * labelBytes + trailerBytes !== size) throw new Error(`it has ${size} bytes, which are not all`)
    if (!trailer.subarray(fieldBytes).equals(await sha256(file, size - trailerBytes + fieldBytes))) throw new Error('its checksum differs')
    const labels = await read(handle, labelsAt, rows * labelBytes)
    return { lists, labels: new BigUint64Array(labels.buffer, 0, rows) }
  } catch (cause) {
    throw snapshotBroken(file, cause)
  }
}

export function snapshotBroken(file: string, cause: unknown): VireoError {
  const message = `the snapshot ${file} can't be taken: ${(cause as Error).message}`
  return new VireoError({ code: 'INDEX_SNAPSHOT_BROKEN', fault: 'server', retryable: false, message, cause })
}

async function read(handle: FileHandle, from: number, count: number): Promise<Buffer<ArrayBuffer>> {
  if (from < 0) throw new Error('it is too short')
  const into = Buffer.from(new ArrayBuffer(count))
  const { bytesRead } = await handle.read(into, 0, count, from)
  if (bytesRead !== count) throw new Error('it is too short')
  return into
}

/** Of the file up to `end`. */
async function sha256(file: string, end = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { end: end - 1, highWaterMark: readBytes })) hash.update(chunk)
  return hash.digest()
}
