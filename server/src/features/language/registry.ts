import { VireoError } from '../../errors.ts'
import { canonical } from './canonical.ts'
import type { View } from './view.ts'

/** A view that is not what its name and version stood for before. Its message shows both. */
export class ViewChanged extends VireoError {
  constructor(view: Pick<View, 'name' | 'version'>, stored: string, now: string) {
    super({
      code: 'VIEW_CHANGED',
      message: `The view ${view.name} version ${view.version} has changed. It was ${stored} and is now ${now}. Give it a new version.`,
      fault: 'server',
      retryable: false,
    })
  }
}

/**
 * The canonical texts of views that are not among those stored at earlier starts: to be stored beside them, for good.
 * Throws `ViewChanged` where a name and version stand for two definitions.
 */
export function checkRegistry(views: readonly View[], stored: readonly string[]): string[] {
  const known = new Map(stored.map((text) => [labelOf(JSON.parse(text) as View), text]))
  const added: string[] = []
  for (const view of views) {
    const text = canonical(view)
    const before = known.get(labelOf(view))
    if (before === text) continue
    if (before !== undefined) throw new ViewChanged(view, before, text)
    known.set(labelOf(view), text)
    added.push(text)
  }
  return added
}

/** Where definitions are kept for good. */
export interface DefinitionRows {
  scan(table: string): Iterable<readonly [key: string, value: Uint8Array]>
  commit(rows: Iterable<readonly [table: string, key: string, value: Uint8Array]>, positions: readonly []): Promise<void>
}

const table = 'views'

/** Keeps the definitions of views that are new; the names of these. Rejects with `ViewChanged` where one is not what it was at an earlier start. */
export async function registerViews(views: readonly View[], rows: DefinitionRows): Promise<string[]> {
  const stored = Array.from(rows.scan(table), ([, text]) => Buffer.from(text).toString())
  const added = checkRegistry(views, stored).map((text) => [labelOf(JSON.parse(text) as View), text] as const)
  if (added.length > 0)
    await rows.commit(
      added.map(([label, text]) => [table, label, Buffer.from(text)]),
      [],
    )
  return added.map(([label]) => label)
}

const labelOf = ({ name, version }: Pick<View, 'name' | 'version'>): string => `${name} ${version}`
