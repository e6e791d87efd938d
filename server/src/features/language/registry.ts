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

const labelOf = ({ name, version }: Pick<View, 'name' | 'version'>): string => `${name} ${version}`
