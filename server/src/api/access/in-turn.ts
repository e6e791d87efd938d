import { Overloaded } from '../../errors.ts'

/** Runs at most `atOnce` jobs; at most `waiting` more may wait, the rest are refused as `OVERLOADED`. */
export function inTurn(atOnce: number, waiting: number): <Value>(job: () => Promise<Value>) => Promise<Value> {
  let running = 0
  const queue: (() => void)[] = []
  return async (job) => {
    if (running < atOnce) running++
    else if (queue.length >= waiting) throw new Overloaded('Too many new keys at once. Try again after a moment.')
    else await new Promise<void>((turn) => queue.push(turn))
    try {
      return await job()
    } finally {
      // The place goes to the next one without being free in between.
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }
}
