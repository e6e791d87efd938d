import { Session } from 'node:inspector/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { loadConfig } from '../../server/src/config.ts'
import { importFolder } from '../../server/src/importing/import-folder.ts'
import { startServer } from '../../server/src/main.ts'
import { lookInside } from '../funnel/inside.ts'
import { CoreTime } from './core-time.ts'
import type { Answers, Command, Imported, LoopPauses, Question, Reply } from './protocol.ts'

// A server as `vireo start` runs it, in a process that also answers what only a benchmark asks.
// Arguments: the data folder, and a folder to import first. Settings of the environment hold, but for the doors.
const [dataDir, toImport] = process.argv.slice(2)
// Not for the server: that refuses settings that it does not know.
const { VIREO_BENCH_INSIDE: looksInside, VIREO_BENCH_VIDEOS: _, ...settings } = process.env
const doors = { VIREO_DATA_DIR: dataDir, VIREO_GRPC_PORT: '0', VIREO_HTTP_PORT: '0' }
const config = loadConfig({ VIREO_LOG_LEVEL: 'warn', ...settings, ...doors }, dataDir!)
const reply = (message: Reply) => process.send!(message)
const inside = looksInside === undefined ? undefined : lookInside()

let imported: Imported | undefined
const server = await startServer(config, async ({ imports }) => {
  if (toImport === undefined) return
  const started = performance.now()
  let rows = 0
  for await (const state of importFolder(toImport, { shiftToNow: true, signal: new AbortController().signal }, imports)) {
    rows = state.rowsDone
  }
  imported = { rows, seconds: (performance.now() - started) / 1_000 }
})

// The finest that there is: every value holds this ms of waiting, too.
const resolutionMs = 1
const loop = monitorEventLoopDelay({ resolution: resolutionMs })
const coreTime = new CoreTime()
const inspector = new Session()

const commands: { [Name in Command]: () => Answers[Name] | Promise<Answers[Name]> } = {
  watchLoop() {
    loop.reset()
    loop.enable()
    coreTime.restart()
    return undefined
  },
  loopPauses(): LoopPauses {
    const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs)
    return {
      p50: ms(loop.percentile(50)),
      p99: ms(loop.percentile(99)),
      p999: ms(loop.percentile(99.9)),
      longest: ms(loop.max),
      takenByOthers: coreTime.takenByOthers(),
    }
  },
  memory: () => ({ residentBytes: process.memoryUsage.rss(), peakBytes: process.resourceUsage().maxRSS * 1024 }),
  processorTime() {
    const { system, user } = process.cpuUsage()
    return (system + user) / 1e6
  },
  async startProfile() {
    inspector.connect()
    await inspector.post('Profiler.enable')
    await inspector.post('Profiler.setSamplingInterval', { interval: 200 })
    await inspector.post('Profiler.start')
    return undefined
  },
  async stopProfile() {
    const { profile } = await inspector.post('Profiler.stop')
    inspector.disconnect()
    return profile
  },
  async drainLake() {
    const started = performance.now()
    await server.vireo.lake!.drain(AbortSignal.timeout(300_000))
    return (performance.now() - started) / 1_000
  },
  async stop() {
    await server.close()
    return undefined
  },
  ...inside!,
}

process.on('message', async ({ id, command }: Question) => {
  reply({ kind: 'answer', id, value: await commands[command]() })
  if (command === 'stop') process.disconnect()
})
// Whoever started this has gone.
process.on('disconnect', () => process.exit())
reply({ kind: 'ready', grpcPort: server.grpcPort, httpPort: server.httpPort, imported })
