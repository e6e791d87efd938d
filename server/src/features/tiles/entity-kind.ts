import { kindOf } from '../language/check-expression.ts'
import type { Value } from '../language/columns.ts'
import type { Node } from '../language/expression.ts'
import type { View } from '../language/view.ts'
import { type Evaluate, evaluator, type Row } from './evaluate.ts'
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

  /** All entities of an owner. */
  *of(owner: number): Generator<{ entity: number; sub?: KeyPart }> {
    if (this.#subs === undefined) {
      yield { entity: owner }
      return
    }
    const { names, entities } = this.#subs
    for (let entity = entities.first(owner); entity !== none; entity = entities.next(entity)) {
      yield { entity, sub: names.value(entities.sub(entity))! }
    }
  }

  isEmpty(owner: number): boolean {
    for (const { entity } of this.of(owner)) if (this.views.some((view) => view.head(entity) !== none)) return false
    return true
  }

  /** Forgets all of an owner. */
  drop(owner: number): void {
    for (const { entity } of this.of(owner)) for (const view of this.views) view.drop(entity)
    this.#subs?.entities.removeAll(owner)
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
  readonly #parts: readonly { readonly isMany: boolean; readonly of: Evaluate }[]

  constructor(view: View, place: (column: string) => number) {
    this.#parts = Object.values<Node>(view.entity).map((node) => ({ isMany: node.op === 'each', of: evaluator(node, place) }))
  }

  owners(row: Row): readonly KeyPart[] {
    return this.#values(row, 0)
  }

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
    const { isMany, of } = this.#parts[part]!
    const value: Value = of(row)
    if (value === undefined || value === '') return nothing
    return isMany ? distinct(value as readonly string[]) : [value as KeyPart]
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
