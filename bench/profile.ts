import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

export interface Hot {
  readonly where: string
  /** Of the time in which the process did anything. */
  readonly share: number
}

/** Where a benchmark's profile goes, if profiles are wanted. */
export const profileFile = (folder: string | undefined, name: string): string | undefined =>
  folder === undefined ? undefined : join(folder, `${name}.cpuprofile`)

/** The functions in which a profiled process spent most time by themselves, hottest first. */
export function hottest(file: string, most: number): Hot[] {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      const place = url === '' ? '' : ` ${basename(url)}:${lineNumber + 1}`
      return [id, `${functionName || '(anonymous)'}${place}`]
    }),
  )
  const times = new Map<string, number>()
  for (const [at, id] of samples.entries()) {
    const name = names.get(id)!
    if (name === '(idle)') continue
    times.set(name, (times.get(name) ?? 0) + timeDeltas[at]!)
  }
  const busy = times.values().reduce((sum, time) => sum + time, 0)
  const hot = Array.from(times, ([where, time]) => ({ where, share: time / busy }))
  return hot.sort((a, b) => b.share - a.share).slice(0, most)
}
