import { kindOf } from '../language/check-expression.ts'
import type { Value } from '../language/columns.ts'
import type { Node } from '../language/expression.ts'
import type { View } from '../language/view.ts'
import { DueMinutes } from './due-minutes.ts'
import { type Evaluate, evaluator, type Row } from './evaluate.ts'
import { never } from './levels.ts'
import { Names } from './names.ts'
import { SubEntities } from './sub-entities.ts'
import { none } from './tile-rows.ts'
import type { ViewTiles } from './view-tiles.ts'

export type KeyPart = string | number

/**
 * What some views tell apart. The first part of a key is the owner, under whose number and stored row everything of it
 * lies; the other parts are told apart within the owner. Without other parts the owner's number is the entity's.
 */
export class EntityKind {
  readonly names: readonly string[]
  readonly views: ViewTiles[] = []
  /** Whether the owner is an integer. */
  readonly isInteger: boolean
  /** By entity. */
  readonly #due = new DueMinutes(never)
  readonly #subs: { readonly names: Names; readonly entities: SubEntities } | undefined

  constructor(view: View) {
    const [owner, ...others] = Object.entries<Node>(view.entity)
    this.names = Object.keys(view.entity)
    this.isInteger = owner![1].op !== 'each' && kindOf(owner![1], view.from, 'entity').startsWith('integer')
    if (others.length === 0) return
    const names = new Names()
    this.#subs = { names, entities: new SubEntities((sub) => names.release(sub)) }
  }

  get hasSubs(): boolean {
    return this.#subs !== undefined
  }

  /** -1 where nothing is known. */
  find(owner: number, sub?: KeyPart): number {
    if (this.#subs === undefined || owner < 0) return owner
    const number = this.#subs.names.find(sub!)
    return number < 0 ? none : this.#subs.entities.find(owner, number)
  }

  /** The entity's number, given to it now if it has none. */
  take(owner: number, sub?: KeyPart): number {
    if (this.#subs === undefined) return owner
    const { names, entities } = this.#subs
    const number = names.intern(sub!)
    const known = entities.find(owner, number)
    if (known !== none) return known
    names.hold(number)
    return entities.add(owner, number)
  }

  /** All entities of an owner, one after the other: `first`, then `next`, until `none`. */
  first(owner: number): number {
    return this.#subs === undefined ? owner : this.#subs.entities.first(owner)
  }

  next(entity: number): number {
    return this.#subs === undefined ? none : this.#subs.entities.next(entity)
  }

  /** The other parts of an entity's key; undefined where there are none. */
  sub(entity: number): KeyPart | undefined {
    return this.#subs?.names.value(this.#subs.entities.sub(entity))
  }

  isEmpty(owner: number): boolean {
    for (let entity = this.first(owner); entity !== none; entity = this.next(entity)) {
      for (const view of this.views) if (view.head(entity) !== none) return false
    }
    return true
  }

  /** To be called where a row of an entity was added, which is to be folded from a minute on; from when on the entity is. */
  added(entity: number, due: number): number {
    return this.#due.added(entity, due)
  }

  /** Brings all rows of an owner to where they belong by a minute; the one from which on that is to be done again. */
  fold(owner: number, minute: number): number {
    let due = never
    for (let entity = this.first(owner); entity !== none; entity = this.next(entity)) {
      if (this.#due.at(entity) <= minute) this.#foldEntity(entity)
      due = Math.min(due, this.#due.at(entity))
    }
    return due
  }

  /** How many bytes all of an owner take; `bytesEach` is what an entity takes besides its rows. */
  bytes(owner: number, bytesEach: number): number {
    let bytes = 0
    for (let entity = this.first(owner); entity !== none; entity = this.next(entity)) {
      bytes += bytesEach
      for (const view of this.views) bytes += view.bytes(entity)
    }
    return bytes
  }

  /** Forgets all of an owner. */
  drop(owner: number): void {
    for (let entity = this.first(owner); entity !== none; entity = this.next(entity)) {
      for (const view of this.views) view.drop(entity)
      this.#due.set(entity, never)
    }
    this.#subs?.entities.removeAll(owner)
  }

  #foldEntity(entity: number): void {
    let due = never
    for (const view of this.views) due = Math.min(due, view.fold(entity))
    this.#due.set(entity, due)
  }

  /** What a person would call an entity. `ownerOf` knows its owner's name. */
  describe(entity: number, ownerOf: (owner: number) => KeyPart | undefined): string {
    if (this.#subs === undefined) return String(ownerOf(entity))
    const { names, entities } = this.#subs
    return `${ownerOf(entities.owner(entity))}, ${names.value(entities.sub(entity))}`
  }
}

/** Several parts as one. */
export const joined = (parts: readonly KeyPart[]): KeyPart => (parts.length === 1 ? parts[0]! : JSON.stringify(parts))

/** The inverse, for `count` parts. */
export const parted = (sub: KeyPart, count: number): KeyPart[] => (count === 1 ? [sub] : (JSON.parse(sub as string) as KeyPart[]))

/** The keys of a row, as an owner and the rest: none if a part is unknown, several if a part has several values. */
export class KeyReader {
  /** `one` is where the only value of a part is told. */
  readonly #parts: readonly { readonly isMany: boolean; readonly of: Evaluate; readonly one: [KeyPart] }[]

  constructor(view: View, place: (column: string) => number) {
    this.#parts = Object.values<Node>(view.entity).map((node) => ({ isMany: node.op === 'each', of: evaluator(node, place), one: [''] }))
  }

  /** To be read before the next row. */
  owners(row: Row): readonly KeyPart[] {
    return this.#values(row, 0)
  }

  /** To be read before the next row. */
  subs(row: Row): readonly KeyPart[] {
    if (this.#parts.length === 2) return this.#values(row, 1)
    let keys: KeyPart[][] = [[]]
    for (let part = 1; part < this.#parts.length; part++) {
      const values = this.#values(row, part)
      keys = keys.flatMap((key) => values.map((value) => [...key, value]))
    }
    return keys.map(joined)
  }

  #values(row: Row, part: number): readonly KeyPart[] {
    const { isMany, of, one } = this.#parts[part]!
    const value: Value = of(row)
    if (value === undefined || value === '') return nothing
    if (isMany) return distinct(value as readonly string[])
    one[0] = value as KeyPart
    return one
  }
}

const nothing: readonly KeyPart[] = []

/** Without empty texts. Most lists are short and have none twice: then it is the list itself. */
function distinct(list: readonly string[]): readonly string[] {
  for (let at = 0; at < list.length; at++) {
    if (list[at] === '' || list.indexOf(list[at]!) !== at) return [...new Set(list)].filter((value) => value !== '')
  }
  return list
}
