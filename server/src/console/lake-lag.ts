import type { Gauge, Registry } from 'prom-client'

export interface LakeLag {
  /** For how long the first record of the log that is not in the lake has waited, in s. */
  readonly behindS: number
  /** Whether it waits because writing has failed. */
  readonly failing: boolean
}

/** As the metrics tell it; undefined where the lake is switched off. */
export async function lakeLag(registry: Registry): Promise<LakeLag | undefined> {
  const gauge = async (name: string) => (await (registry.getSingleMetric(name) as Gauge | undefined)?.get())?.values[0]?.value
  const behindS = await gauge('vireo_lake_behind_seconds')
  if (behindS === undefined) return undefined
  return { behindS, failing: (await gauge('vireo_lake_failing')) === 1 }
}
