import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'

export const benchCommand = (): Command =>
  new Command('bench')
    .description('measure speed and memory, each figure beside its limit')
    .argument('[names...]', 'benchmarks to run, and their options; none runs all')
    // Its options are its own, --help among them.
    .allowUnknownOption()
    .helpOption(false)
    .action(async (names: string[]) => {
      const main = fileURLToPath(new URL('../../../bench/main.ts', import.meta.url))
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...names], { stdio: 'inherit' })
      // It must not outlive this process, which has the signals.
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
      const [code] = (await once(child, 'exit')) as [number | null]
      process.exitCode = code ?? 1
    })
