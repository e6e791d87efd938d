import { ByteReader, ByteWriter } from './byte-codec.ts'
import type { EntityKind, KeyPart } from './entity-kind.ts'
import { base, levelOf, stampAt, startOf } from './levels.ts'
import { none } from './tile-rows.ts'
import type { TileCells, TileShape } from './tile-shape.ts'
import type { ViewTiles } from './view-tiles.ts'

/** Levels of stamps take so many values; the last one is the base. */
const levelCodes = 8
const baseCode = levelCodes - 1

const writer = new ByteWriter()
const sections = new ByteWriter()
const section = new ByteWriter()
/** Of the kind that is being written: where the other parts of a key are, from 1. */
const places = new Map<KeyPart, number>()

/**
 * All tiles of an owner: the other parts of keys, then a section a view: its mark, and for each entity the rows,
 * oldest first. Undefined if there are none.
 */
export function encodeOwner(kinds: readonly EntityKind[], owner: number): Uint8Array | undefined {
  const subs: KeyPart[] = []
  for (const kind of kinds) {
    places.clear()
    for (const view of kind.views) {
      for (let entity = kind.first(owner); entity !== none; entity = kind.next(entity)) {
        if (view.head(entity) === none) continue
        section.integer(placeOf(kind.sub(entity), subs))
        writeRows(view, entity)
      }
      if (section.length === 0) continue
      sections.integer(view.mark)
      sections.block(section)
    }
  }
  if (sections.length === 0) return undefined
  writer.integer(subs.length)
  for (const sub of subs) writePart(sub)
  writer.append(sections)
  return writer.finish()
}

/** 0 for an entity that has no other parts. */
function placeOf(sub: KeyPart | undefined, subs: KeyPart[]): number {
  if (sub === undefined) return 0
  let place = places.get(sub)
  if (place === undefined) {
    place = subs.push(sub)
    places.set(sub, place)
  }
  return place
}

/** The inverse, for an owner who has no tiles yet. Views that are not there any more are left out. */
export function decodeOwner(kinds: readonly EntityKind[], owner: number, bytes: Uint8Array): void {
  const reader = new ByteReader(bytes)
  const subs = Array.from({ length: reader.integer() }, () => readPart(reader))
  while (!reader.isAtEnd) {
    const mark = reader.integer()
    const rows = new ByteReader(reader.block())
    for (const kind of kinds) {
      const view = kind.views.find((each) => each.mark === mark)
      if (view === undefined) continue
      while (!rows.isAtEnd) {
        const entity = kind.take(owner, subs[rows.integer() - 1])
        readRows(view, entity, rows)
        kind.added(entity, 0)
      }
    }
  }
}

function writeRows(view: ViewTiles, entity: number): void {
  const { rows } = view.group
  let count = 0
  for (let row = view.head(entity); row !== none; row = rows.next(row)) oldestLast[count++] = row
  section.integer(count)
  let minute = 0
  while (count > 0) {
    const row = oldestLast[--count]!
    const stamp = rows.stamp(row)
    if (stamp === base) section.integer(baseCode)
    else {
      const start = startOf(stamp)
      section.integer((start - minute) * levelCodes + levelOf(stamp))
      minute = start
    }
    writeTile(rows.shape, rows.tile(row))
  }
}

const oldestLast: number[] = []

function readRows(view: ViewTiles, entity: number, reader: ByteReader): void {
  const { shape } = view.group.rows
  let minute = 0
  const tile = shape.create()
  for (let left = reader.integer(); left > 0; left--) {
    const code = reader.integer()
    const level = code % levelCodes
    minute += (code - level) / levelCodes
    shape.clear(tile)
    readTile(shape, tile, reader)
    view.restore(entity, level === baseCode ? base : stampAt(minute, level), tile)
  }
}

/** Which values are other than empty, a bit each, with one more for whether any is negative; which of them are; then these without signs. */
function writeTile(shape: TileShape, { cells, at, ids, idsAt }: TileCells): void {
  let present = 0
  let negative = 0
  for (let place = 0; place < shape.width; place++) {
    const value = cells[at + place]!
    const isEmpty = value === 0 ? shape.empty[place] === 0 : Number.isNaN(value)
    if (isEmpty) continue
    present |= 1 << place
    if (value < 0) negative |= 1 << place
  }
  section.integer(present * 2 + (negative === 0 ? 0 : 1))
  if (negative !== 0) section.integer(negative)
  for (let place = 0; place < shape.width; place++) if (present & (1 << place)) section.integer(Math.abs(cells[at + place]!))
  for (let latest = 0; latest < shape.latest.length; latest++) {
    if (!(present & (1 << shape.latest[latest]!))) continue
    section.integer(cells[at + shape.width + latest]!)
    section.text(ids[idsAt + latest]!)
  }
}

function readTile(shape: TileShape, { cells, ids }: TileCells, reader: ByteReader): void {
  const bits = reader.integer()
  const present = bits >>> 1
  const negative = bits & 1 ? reader.integer() : 0
  for (let place = 0; place < shape.width; place++) {
    if (!(present & (1 << place))) continue
    const value = reader.integer()
    cells[place] = negative & (1 << place) ? -value : value
  }
  for (let latest = 0; latest < shape.latest.length; latest++) {
    if (!(present & (1 << shape.latest[latest]!))) continue
    cells[shape.width + latest] = reader.integer()
    ids[latest] = reader.text()
  }
}

function writePart(part: KeyPart): void {
  writer.integer(typeof part === 'number' ? 1 : 0)
  writer.text(String(part))
}

function readPart(reader: ByteReader): KeyPart {
  const isNumber = reader.integer() === 1
  const text = reader.text()
  return isNumber ? Number(text) : text
}
