export const largestInt32 = 2 ** 31 - 1

// Times that were meant as seconds or microseconds lie outside of the years 2000 to 2100.
const earliestMs = Date.UTC(2000)
const latestMs = Date.UTC(2100)
/** SQL that holds for a time in ms since 1970; for NULL it doesn't. */
export const isTime = (column: string) => `COALESCE(${column} BETWEEN ${earliestMs} AND ${latestMs}, false)`

const longestIdBytes = 128
/** SQL that holds if one of these ids is longer than ids may be. */
export const tooLong = (...columns: string[]) =>
  `GREATEST(${columns.map((column) => `COALESCE(strlen(${column}), 0)`)}) > ${longestIdBytes}`
