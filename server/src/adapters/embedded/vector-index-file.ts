import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import type { InvertedFile } from './vector-index-inverted.ts'
import { nobody } from './vector-index-messages.ts'

/** Writes the rows of one list after the other, then how many each has (uint32); the items of the rows. Each step is a list. */
export function* writeLists({ blocks, lists, size }: InvertedFile, file: string): Generator<void, Uint32Array> {
  const into = openSync(file, 'w')
  try {
    const items = new Uint32Array(size)
    const lengths = new Uint32Array(lists.count)
    let row = 0
    for (let list = 0; list < lists.count; list++) {
      lengths[list] = lists.length(list)
      const rows = new Int8Array(lengths[list]! * blocks.width)
      let at = 0
      for (const place of lists.places(list)) {
        rows.set(blocks.row(place), at)
        at += blocks.width
        items[row++] = blocks.item(place)
      }
      write(into, rows)
      yield
    }
    write(into, lengths)
    return items
  } finally {
    closeSync(into)
  }
}

/** Puts what `writeLists` wrote into an empty index, with the item that each row has now, or `nobody`. Each step is a list. */
export function* readLists(into: InvertedFile, file: string, items: Uint32Array, count: number): Generator<void, undefined> {
  const { blocks } = into
  const from = openSync(file, 'r')
  try {
    const lengths = new Uint32Array(count)
    read(from, lengths, items.length * blocks.width)
    let row = 0
    for (const length of lengths) {
      const rows = new Int8Array(length * blocks.width)
      read(from, rows, row * blocks.width)
      const list = into.addList()
      for (let at = 0; at < rows.length; at += blocks.width) {
        const item = items[row++] ?? nobody
        if (item !== nobody && !blocks.has(item)) into.put(item, rows.subarray(at, at + blocks.width), list)
      }
      into.settle(list)
      yield
    }
    if (row !== items.length) throw new Error(`its lists have ${row} vectors, and it has ${items.length}`)
  } finally {
    closeSync(from)
  }
  return undefined
}

function write(into: number, { buffer, byteLength }: Int8Array | Uint32Array): void {
  for (let at = 0; at < byteLength; ) at += writeSync(into, new Uint8Array(buffer, at))
}

function read(from: number, { buffer, byteLength }: Int8Array | Uint32Array, position: number): void {
  for (let at = 0; at < byteLength; ) {
    const bytes = readSync(from, new Uint8Array(buffer, at), 0, byteLength - at, position + at)
    if (bytes === 0) throw new Error('it is too short')
    at += bytes
  }
}
