import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, open, readdir, rename } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import type { ModelFiles } from '../../migration/side.ts'
import { inCopyOrder } from '../channel-text.ts'

/** The files of a registry that lies in a folder. */
export class ModelFolder implements ModelFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async list(): Promise<readonly string[]> {
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    const files = entries.filter((entry) => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name))
    return inCopyOrder(files.map((file) => file.slice(join(this.#folder, sep).length).split(sep).join('/')))
  }

  async digest(path: string): Promise<string | undefined> {
    const hash = createHash('sha256')
    try {
      for await (const bytes of createReadStream(join(this.#folder, path))) hash.update(bytes as Buffer)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    return hash.digest('hex')
  }

  async fetch(path: string, into: string): Promise<void> {
    await copyFile(join(this.#folder, path), into)
  }

  async put(path: string, from: string): Promise<void> {
    const target = join(this.#folder, path)
    await mkdir(dirname(target), { recursive: true })
    const aside = `${target}.new`
    await copyFile(from, aside)
    const file = await open(aside, 'r+')
    await file.sync().finally(() => file.close())
    await rename(aside, target)
  }
}
