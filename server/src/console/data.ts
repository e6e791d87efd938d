import { join } from 'node:path'
import type { DataDay, InspectDataRequest, InspectDataResponse, LakeState, RefusedReason } from '../generated/vireo/v1/console_data.ts'
import { standing } from '../lake/standing.ts'
import type { Metrics } from '../metrics.ts'
import { emptyManifest, type Manifest, type Trouble } from '../ports/lake.ts'
import { type PartitionResult, QualityResults } from '../quality/results.ts'
import { Turns } from '../turns.ts'
import type { ConsoleParts } from './console.ts'
import { daysOf, filesByDate, findingsOf, partitionsOf, withChecks } from './partitions.ts'
import { momentAt } from './timestamps.ts'

/** Of the event loop, at a time: the lake of a year has tens of thousands of files. */
const turns = new Turns(2)
const most = { days: 31, findings: 200, troubles: 20 }

/** The lake's partitions with their checks, refused events, and what the log holds. */
export function inspectData({ config, log, metrics, openLake, refusals }: ConsoleParts) {
  const quality = new QualityResults(join(config.dataDir, 'quality'))
  return async ({ date }: InspectDataRequest): Promise<InspectDataResponse> => {
    const extents = await log.extents()
    const lake = await openLake()
    try {
      const manifest = (await lake?.manifest()) ?? emptyManifest
      const tables = lake === undefined ? [] : await standing(manifest, extents)
      const behind = tables.reduce((records, each) => records + each.behind, 0)
      return {
        ...(await checkedDays(manifest, quality, date)),
        lake: lake && (await lakeState(manifest, behind, metrics)),
        tables: tables.map((each) => ({
          ...each,
          rows: BigInt(each.rows),
          bytes: BigInt(each.bytes),
          behind: BigInt(each.behind),
          duplicates: BigInt(each.duplicates),
        })),
        refused: await refusedReasons(metrics),
        lastRefused: refusals.read().map(({ code, field, timeMs }) => ({ time: momentAt(timeMs), code, field })),
        log: extents.map(({ end, first, partition, topic }) => ({ topic, partition, first: BigInt(first), end: BigInt(end) })),
        logKeepHours: config.log.keepHours,
        logMaxBytes: BigInt(config.log.maxMb) * 2n ** 20n,
      }
    } finally {
      await lake?.close()
    }
  }
}

/** Days with their checks, of one of them each partition, and what the checks found. */
async function checkedDays(manifest: Manifest, quality: QualityResults, wanted: string) {
  const files = await filesByDate(manifest)
  await turns.wait()
  const all = daysOf(files)
  const shown = all.slice(0, most.days)
  const date = files.has(wanted) ? wanted : (shown[0]?.date ?? '')
  const results = new Map<string, readonly PartitionResult[]>()
  for (const each of new Set([...shown.map((day) => day.date), date])) results.set(each, await quality.all(each))
  const of = (each: string) => partitionsOf(manifest, files.get(each) ?? [], results.get(each) ?? [])
  const days: DataDay[] = []
  for (const day of shown) {
    days.push(withChecks(day, of(day.date)))
    await turns.wait()
  }
  const checks = [...results.values()].flat()
  const findings = findingsOf(checks)
  const checkedMs = checks.reduce((latest, result) => Math.max(latest, result.checkedMs), 0)
  return {
    days,
    daysTotal: all.length,
    date,
    partitions: of(date),
    findings: findings.slice(0, most.findings),
    findingsTotal: findings.length,
    checked: checkedMs === 0 ? undefined : momentAt(checkedMs),
  }
}

async function lakeState({ committedMs, troubles, version }: Manifest, behind: number, { registry }: Metrics): Promise<LakeState> {
  // Who writes to it says so in the metrics, where somebody does.
  const failing = await registry.getSingleMetric('vireo_lake_failing')?.get()
  return {
    version: BigInt(version),
    committed: version === 0 ? undefined : momentAt(committedMs),
    behindRecords: BigInt(behind),
    written: failing !== undefined,
    failing: failing?.values.some(({ value }) => value > 0) ?? false,
    troubles: troubles.slice(-most.troubles).map(inWords),
    troublesTotal: troubles.length,
  }
}

async function refusedReasons({ registry }: Metrics): Promise<RefusedReason[]> {
  const counted = await registry.getSingleMetric('vireo_events_refused_total')?.get()
  const reasons = (counted?.values ?? []).map(({ labels, value }) => ({ code: String(labels.code), events: BigInt(value) }))
  return reasons.sort((a, b) => Number(b.events - a.events) || (a.code < b.code ? -1 : 1))
}

function inWords(trouble: Trouble): string {
  const where = `${trouble.topic} ${trouble.partition}`
  switch (trouble.kind) {
    case 'hole':
      return `${where}: the log has not given the records from ${trouble.first} to ${trouble.end}.`
    case 'clock':
      return `${where}: record ${trouble.offset} was accepted ${Math.round((trouble.fromMs - trouble.toMs) / 1_000)} s before the one ahead of it.`
    case 'unreadable':
      return `${where}: record ${trouble.offset} can't be read; its bytes are kept.`
  }
}
