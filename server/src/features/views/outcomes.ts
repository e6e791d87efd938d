import { countedWatchMs, longViewMs, skipMs, skipShare } from '../../people/outcomes.ts'
import { and, col, eq, gte, isKnown, known, lit, lt, min, mul, not, or } from '../language/expression.ts'

// Expressions that say the same as people/outcomes.ts does of a record.
const skipPercent = Math.round(skipShare * 100)

const watchMs = known(col('watch_ms'))
const lengthMs = known(col('length_ms'))
/** An imported log may know the outcome without the time. */
const fromSource = and(not(isKnown(col('watch_ms'))), isKnown(col('source_long_view')))

export const watched10s = gte(watchMs, lit(countedWatchMs))

export const lengthKnown = or(and(isKnown(col('watch_ms')), isKnown(col('length_ms'))), fromSource)

export const longView = or(gte(watchMs, min(lengthMs, lit(longViewMs))), and(fromSource, eq(known(col('source_long_view')), lit(true))))

export const finish = gte(watchMs, lengthMs)

/** Of unknown length: left within the time. */
export const skip = and(
  lt(watchMs, lit(skipMs)),
  or(not(isKnown(col('length_ms'))), lt(mul(watchMs, lit(100)), mul(lengthMs, lit(skipPercent)))),
)
