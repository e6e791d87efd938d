import { Gauge, type Registry } from 'prom-client'
import type { CountShipper } from './count-shipper.ts'
import type { FetchedCounts } from './fetched-counts.ts'

export function registerShipper(registry: Registry, shipper: Pick<CountShipper, 'waiting'>): void {
  new Gauge({
    name: 'vireo_counts_waiting',
    help: 'Rows of counts that have changed and that servers which do not count were not told yet.',
    registers: [registry],
    collect() {
      this.set(shipper.waiting)
    },
  })
}

export function registerFetched(registry: Registry, fetched: Pick<FetchedCounts, 'isBehind'>): void {
  new Gauge({
    name: 'vireo_counts_behind',
    help: 'Whether those who count have told nothing for a while, or not everything yet, as of the last page.',
    registers: [registry],
    collect() {
      this.set(Number(fetched.isBehind))
    },
  })
}
