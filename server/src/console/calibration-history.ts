import type { Json } from '@duckdb/node-api'
import { hourMs } from '../clock.ts'
import type { CalibrationHistory, PeriodCalibration } from '../generated/vireo/v1/console_models.ts'
import type { LakeDatabase } from '../lake/database.ts'
import { openWatchViews } from '../models/watching/lake-watch.ts'
import type { LakeLooks, Looked } from './lake-looks.ts'
import { momentAt } from './timestamps.ts'

const mostHours = 168
const mostRows = { hours: 5_000, categories: 300 }

/** What models predicted and what came of it, by hour and by category, as far as the lake has it. */
export function calibrationHistory(
  looks: LakeLooks,
  hours: number,
  nowMs: number,
  horizonHours: number,
  signal: AbortSignal,
): Promise<Looked<CalibrationHistory>> {
  const asked = Math.min(mostHours, hours)
  return looks.look(signal, async ({ database, lake, manifest }) => {
    await openWatchViews(database, { lake, manifest, nowMs, hours: asked, horizonHours })
    return {
      from: momentAt((Math.floor(nowMs / hourMs) - asked + 1) * hourMs),
      until: momentAt(manifest.committedMs),
      hours: await rowsOf(
        database,
        `SELECT date || 'T' || hour || ':00:00Z' AS hour, * EXCLUDE (date, hour) FROM model_calibration_by_hour
         ORDER BY date DESC, hour DESC, model, task LIMIT ${mostRows.hours}`,
      ).then((rows) => rows.reverse()),
      categories: await rowsOf(
        database,
        `FROM model_calibration_of_category ORDER BY abs(standard_errors) DESC NULLS LAST, model, task, category LIMIT ${mostRows.categories}`,
      ),
      categoriesTotal: await database.number('SELECT count(*) FROM model_calibration_of_category'),
    }
  })
}

async function rowsOf(database: LakeDatabase, sql: string): Promise<PeriodCalibration[]> {
  const { columns, rows } = await database.answer(sql)
  return rows.map((row) => {
    const of: Record<string, Json | undefined> = Object.fromEntries(columns.map((column, at) => [column, row[at]!]))
    return {
      hour: of.hour === undefined ? undefined : momentAt(Date.parse(String(of.hour))),
      category: String(of.category ?? ''),
      model: String(of.model),
      task: String(of.task),
      judged: BigInt(Number(of.videos)),
      predicted: Number(of.predicted),
      actual: Number(of.actual),
      standardErrors: of.standard_errors == null ? undefined : Number(of.standard_errors),
    }
  })
}
