import Table from 'cli-table3'

/** To standard output, which holds what was asked for and nothing else. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** To standard error: what happens on the way. */
export const tell = (text: string): void => void process.stderr.write(`${text}\n`)

export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2))

/** A table without colours, which pipes and logs would show as letters. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const made = new Table({ head: [...head], style: { head: [], border: [], compact: true } })
  made.push(...rows.map((row) => row.map((cell) => visible(String(cell)))))
  return made.toString()
}

/** Names with what they are, one a line. */
export function facts(pairs: Readonly<Record<string, string | number | undefined>>): string {
  const known = Object.entries(pairs).filter(([, value]) => value !== undefined && value !== '')
  const width = Math.max(...known.map(([name]) => name.length))
  return known.map(([name, value]) => `${name.padEnd(width)}  ${visible(String(value))}`).join('\n')
}

/** Ids and titles come from outside: their control characters must not reach the terminal. */
const visible = (text: string) => text.replace(/\p{Cc}/gu, '·')

export const count = (number: number | bigint): string => number.toLocaleString('en-US')

export function timeOf(timestamp: { seconds: bigint; nanos: number } | undefined): string {
  return timestamp === undefined ? '' : new Date(Number(timestamp.seconds) * 1_000 + timestamp.nanos / 1e6).toISOString()
}
