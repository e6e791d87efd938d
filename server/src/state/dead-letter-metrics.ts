import { Counter, Gauge, type Registry } from 'prom-client'
import type { DeadLetters } from './dead-letters.ts'

export function registerDeadLetters(registry: Registry, letters: DeadLetters): void {
  const registers = [registry]
  const kept = new Counter({
    name: 'vireo_dead_letters_total',
    help: 'Records of the log that were kept aside since the start, as they could not be applied.',
    labelNames: ['topic', 'code'],
    registers,
  })
  letters.observers.push(({ code, settledMs, topic }) => {
    if (settledMs === 0) kept.labels(topic, code).inc()
  })
  new Gauge({
    name: 'vireo_dead_letters',
    help: 'Records of the log that are kept aside now.',
    registers,
    collect() {
      this.set(letters.size)
    },
  })
}
