import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { percentile } from './percentile.ts'
import { canPin, clientCore, serverCore } from './pinning.ts'
import { temporaryFolder } from './sample.ts'

/** Where figures come from: without it they say nothing. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  /** Of the last 1, 5 and 15 minutes, before anything ran: above 0 others were at work too. */
  readonly loadBefore: readonly number[]
  readonly pinned: string
  /** What one thread gets done while another works beside it, against one alone: 1 for cores of their own, some .6 for threads of one core. */
  readonly besideAnother: number
  /** Until 4 KB are on disk, in ms: nothing durable is faster. */
  readonly diskSyncMs: { readonly p50: number; readonly p99: number }
}

export async function describeMachine(): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    loadBefore: loadavg().map(rounded),
    pinned: canPin ? `server on core ${serverCore}, clients on core ${clientCore}` : 'not pinned',
    besideAnother: rounded(await besideAnother()),
    diskSyncMs: diskSync(),
  }
}

const spinMs = 500
/** Counts for a while how often it can mix a number. */
const spinning = `
  const { parentPort } = require('node:worker_threads')
  let rounds = 0
  let mixed = 1
  for (const end = performance.now() + ${spinMs}; performance.now() < end; rounds++) {
    for (let n = 0; n < 10_000; n++) mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  }
  parentPort.postMessage(rounds + (mixed & 0))`

const spin = () =>
  new Promise<number>((resolve, reject) => new Worker(spinning, { eval: true }).once('message', resolve).once('error', reject))

async function besideAnother(): Promise<number> {
  if (availableParallelism() === 1) return 0.5
  const alone = await spin()
  const [one, other] = await Promise.all([spin(), spin()])
  return (one + other) / 2 / alone
}

function diskSync(): Machine['diskSyncMs'] {
  const path = join(temporaryFolder(), 'sync')
  const file = openSync(path, 'w')
  const page = Buffer.alloc(4_096, 1)
  const ms = Array.from({ length: 200 }, () => {
    writeSync(file, page)
    const started = performance.now()
    fdatasyncSync(file)
    return performance.now() - started
  })
  closeSync(file)
  rmSync(path)
  return { p50: rounded(percentile(ms, 0.5)), p99: rounded(percentile(ms, 0.99)) }
}

const rounded = (value: number) => Math.round(value * 100) / 100
