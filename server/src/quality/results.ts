import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dayPage } from './day-page.ts'
import type { Finding } from './expectation.ts'
import type { CheckedTable } from './suites.ts'

/** What came of the checks of one partition. */
export interface PartitionResult {
  readonly table: CheckedTable
  /** `date=YYYY-MM-DD/hour=HH`, in UTC. */
  readonly partition: string
  /** The version of the lake that was checked. */
  readonly version: number
  /** In ms since 1970. */
  readonly checkedMs: number
  readonly rows: number
  /** A digest of what was expected. */
  readonly suite: string
  readonly status: 'passed' | 'warned' | 'failed'
  readonly findings: readonly Finding[]
}

/** The results of a lake, in a folder of their own: of each date a file, and a page to read. */
export class QualityResults {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** Where the page of a day lies. */
  page(date: string): string {
    return join(this.folder, `${date}.html`)
  }

  /** All of them or those of a date, by partition and table. */
  async all(date?: string): Promise<PartitionResult[]> {
    const names = await orNothing(readdir(this.folder))
    const dates = (names ?? []).flatMap((name) => /^(\d{4}-\d\d-\d\d)\.json$/.exec(name)?.[1] ?? []).sort()
    const results: PartitionResult[] = []
    for (const each of dates) if (date === undefined || date === each) results.push(...(await this.#ofDate(each)))
    return results
  }

  /** Keeps results of a date in the place of earlier ones, also across a crash, and writes its page anew. */
  async keep(date: string, results: readonly PartitionResult[]): Promise<void> {
    const all = new Map([...(await this.#ofDate(date)), ...results].map((result) => [`${result.partition} ${result.table}`, result]))
    const sorted = [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, result]) => result)
    await mkdir(this.folder, { recursive: true })
    // Where the results are there, so is the page.
    await write(this.page(date), dayPage(date, sorted))
    await write(this.#file(date), `${JSON.stringify(sorted, null, 1)}\n`)
  }

  async #ofDate(date: string): Promise<PartitionResult[]> {
    const text = await orNothing(readFile(this.#file(date), 'utf8'))
    return text === undefined ? [] : JSON.parse(text)
  }

  #file(date: string): string {
    return join(this.folder, `${date}.json`)
  }
}

/** Hours (`date=…/hour=…`) in which a partition of any table failed: nothing of them is trained on. */
export function failedHours(results: readonly PartitionResult[]): Set<string> {
  return new Set(results.filter(({ status }) => status === 'failed').map(({ partition }) => partition))
}

/** Undefined where the file or folder is not there. */
function orNothing<Content>(reading: Promise<Content>): Promise<Content | undefined> {
  return reading.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/** Whole or not at all. */
async function write(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}`
  await writeFile(temporary, text)
  await rename(temporary, file)
}
