import { InvalidInput } from '../errors.ts'
import type { View } from '../features/language/view.ts'
import { versionedName } from '../features/tiles/tile-topics.ts'

/** Views by `name` or `name_v1`, in their own order; all of them where none is named. Throws `VIEW_INVALID`. */
export function chosenViews(views: readonly View[], names: readonly string[] = views.map(versionedName)): readonly View[] {
  const isCalled = (view: View, name: string) => name === view.name || name === versionedName(view)
  const unknown = names.find((name) => !views.some((view) => isCalled(view, name)))
  if (unknown !== undefined) throw new InvalidInput('VIEW_INVALID', 'views', `there is no view ${unknown}: see \`vireo features list\``)
  return views.filter((view) => names.some((name) => isCalled(view, name)))
}
