/** The part of a key that puts it on the person's node: a brace in an id would end it early. */
export const tagOf = (person: string): string => `{${person.replace(/[%{}]/g, encodeURIComponent)}}`

/** Where a person's row lies, and the filter of what they saw long ago. */
export function personKeys(prefix: string, person: string): [row: string, older: string] {
  const row = `${prefix}person:${tagOf(person)}`
  return [row, `${row}:older`]
}

/** How many people there are, estimated. */
export const everybodyKey = (prefix: string): string => `${prefix}people`

/** Bytes that a row begins with: other ones whenever it is written, so that nobody writes over what they have not read. */
export const revisionBytes = 8
