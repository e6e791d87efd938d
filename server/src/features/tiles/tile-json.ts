import { InvalidInput } from '../../errors.ts'
import { type Aggregation, isAdditive } from '../language/aggregation.ts'
import type { View } from '../language/view.ts'
import { tileColumns } from '../sql/tiles-sql.ts'
import type { KeyPart } from './entity-kind.ts'
import type { HeldTile } from './held-tiles.ts'
import { JsonScanner } from './json-scanner.ts'

type Columns = Readonly<Record<string, unknown>>

/** Reads the tiles of a view from JSON with the columns of `tileColumns`, as Flink writes it. */
export class TileJson {
  readonly #view: View
  readonly #parts: readonly { readonly name: string; readonly isText: boolean }[]
  readonly #values: readonly { readonly name: string; readonly unknown: number }[]
  readonly #scanner: JsonScanner

  constructor(view: View) {
    const { aggregations, entity, name, version } = view
    this.#view = view
    const [, , ...columns] = tileColumns(view)
    this.#parts = columns.slice(0, Object.keys(entity).length).map(({ name, type }) => ({ name, isText: type === 'STRING' }))
    this.#values = Object.entries<Aggregation>(aggregations).map(([name, of]) => ({ name, unknown: isAdditive(of) ? 0 : Number.NaN }))
    this.#scanner = new JsonScanner(
      { view: name, version },
      columns.map(({ name, type }) => ({ name, isText: type === 'STRING' })),
    )
  }

  /** A value holds all columns; where it is empty, the tile of the key is one of no rows. Throws `TILE_UNREADABLE`. */
  read(key: Uint8Array, value: Uint8Array): HeldTile {
    return this.#scan(value) ?? this.#fromColumns(this.#parsed(value.length === 0 ? key : value))
  }

  /** Undefined for what is not written just as Flink does. */
  #scan(value: Uint8Array): HeldTile | undefined {
    const found = this.#scanner.scan(value)
    if (found === undefined) return undefined
    const parts = this.#parts.length
    const values = new Float64Array(this.#values.length)
    for (let at = 0; at < values.length; at++) values[at] = (found[parts + 2 + at] as number | null) ?? this.#values[at]!.unknown
    const [hopMs, startMs] = [found[parts], found[parts + 1]]
    const entity = found.slice(0, parts)
    if (hopMs === null || startMs === null || entity.some((part) => part === null || part === '')) return undefined
    return { entity: entity as KeyPart[], hopMs: hopMs as number, startMs: startMs as number, values }
  }

  #fromColumns(columns: Columns): HeldTile {
    return {
      entity: this.#parts.map(({ isText, name }): KeyPart => (isText ? this.#text(columns, name) : this.#integer(columns, name))),
      hopMs: this.#integer(columns, 'hop_ms'),
      startMs: this.#integer(columns, 'hop_start_ms'),
      values: Float64Array.from(this.#values, ({ name, unknown }) => {
        const found = columns[name]
        return found === null || found === undefined ? unknown : this.#integer(columns, name)
      }),
    }
  }

  #parsed(bytes: Uint8Array): Columns {
    let parsed: unknown
    try {
      parsed = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString())
    } catch {}
    if (typeof parsed !== 'object' || parsed === null) throw this.#unreadable('it is not a JSON object')
    return parsed as Columns
  }

  #text(columns: Columns, name: string): string {
    const value = columns[name]
    if (typeof value === 'string' && value !== '') return value
    throw this.#unreadable(`${name} is no text`)
  }

  /** Beyond 2^53 - 1 numbers would not be exact any more. */
  #integer(columns: Columns, name: string): number {
    const value = columns[name]
    if (Number.isSafeInteger(value)) return value as number
    throw this.#unreadable(`${name} is no integer up to 2^53 - 1`)
  }

  #unreadable(why: string): InvalidInput {
    const { name, version } = this.#view
    return new InvalidInput('TILE_UNREADABLE', 'value', `a tile of the view ${name} version ${version} can't be read: ${why}`)
  }
}
