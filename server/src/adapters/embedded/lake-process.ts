// The writer of a lake in a process of its own: what DuckDB takes of memory and time, and a crash of it, is not the server's.
import { systemClock } from '../../clock.ts'
import { VireoError } from '../../errors.ts'
import { LakeWriter } from '../../lake/lake-writer.ts'
import { lakeOpener } from '../lake-place.ts'
import type { LakeAnswer, LakeProcessStart, LakeRequest } from './lake-process-messages.ts'
import { lowerThreads } from './low-priority.ts'

const { options, ...place } = JSON.parse(process.argv[2]!) as LakeProcessStart
const openLake = lakeOpener(place, systemClock)
let writer: LakeWriter | undefined
let turn: Promise<void> = Promise.resolve()

lowerThreads()
// Ctrl-C in a terminal reaches all processes; the owner says when to end.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined)
// The owner has died. Whatever is under way counts only once it is committed.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
process.on('message', (request: LakeRequest) => {
  turn = turn.then(async () => void process.send!(await answer(request)))
})

async function answer(request: LakeRequest): Promise<LakeAnswer> {
  try {
    return { ok: true, result: await carryOut(request) }
  } catch (error) {
    const { message } = error as Error
    if (error instanceof VireoError) return { ok: false, code: error.code, message, retryable: error.retryable }
    return { ok: false, code: 'LAKE_UNAVAILABLE', message, retryable: true }
  }
}

async function carryOut(request: LakeRequest): Promise<unknown> {
  if (request.kind === 'open') {
    writer = await LakeWriter.open(await openLake(), systemClock, options)
    return writer.committed
  }
  if (request.kind === 'add') return writer!.addPacket(request.packet)
  if (request.kind === 'retainable') return writer!.retainable(request.saved, request.keepMs)
  if (request.kind === 'close') return close()
  return writer![request.kind]()
}

/** Another one may be opened then. */
async function close(): Promise<void> {
  const closed = writer
  writer = undefined
  await closed?.close()
}
