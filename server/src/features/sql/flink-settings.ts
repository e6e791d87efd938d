export interface JobSettings {
  /** What the job is called. */
  readonly name: string
  /** How long after the last change of a tile, or after an event, it is forgotten, in hours: see `stateHours`. */
  readonly stateHours: number
  /** How long changes are gathered, so that what is counted often goes out once, in ms; 0 for not at all. */
  readonly gatherMs: number
  readonly checkpointSeconds: number
  /** 0 for what the cluster has set. */
  readonly parallelism: number
  readonly stateBackend: 'cluster' | 'hashmap' | 'rocksdb'
  /** Where savepoints go; empty for what the cluster has set. */
  readonly savepoints: string
}

/** A tile whose state has gone would begin at zero and take the place of the good one. So it is kept for as long as events of its day may come, and for a day in which the job may stand still. */
export const stateHours = ({ horizonHours, maxFutureMinutes }: { readonly horizonHours: number; readonly maxFutureMinutes: number }) =>
  24 + horizonHours + 1 + Math.ceil(maxFutureMinutes / 60) + standstillHours

/** For so long a job may stand still and go on from its savepoint. */
export const standstillHours = 24

// From record to record rather than in full buffers, which wait for more: this is what an event waits at most in each step.
const bufferMs = 5

export function flinkSettings(settings: JobSettings): Record<string, string> {
  const { name, checkpointSeconds, parallelism, stateBackend, savepoints } = settings
  return {
    'execution.runtime-mode': 'streaming',
    'pipeline.name': name,
    'table.exec.state.ttl': `${settings.stateHours} h`,
    'execution.buffer-timeout.interval': `${bufferMs} ms`,
    'table.exec.sink.upsert-materialize': 'NONE',
    'execution.checkpointing.interval': `${checkpointSeconds} s`,
    'execution.checkpointing.mode': 'EXACTLY_ONCE',
    'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
    'restart-strategy.type': 'exponential-delay',
    'restart-strategy.exponential-delay.max-backoff': '10 s',
    ...(parallelism > 0 && { 'parallelism.default': `${parallelism}` }),
    ...(stateBackend !== 'cluster' && { 'state.backend.type': stateBackend }),
    ...(savepoints !== '' && { 'execution.checkpointing.savepoint-dir': savepoints }),
  }
}
