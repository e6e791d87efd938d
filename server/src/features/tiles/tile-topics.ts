import type { View } from '../language/view.ts'

/** What a view is called where others of its versions may be beside it. */
export const versionedName = ({ name, version }: Pick<View, 'name' | 'version'>): string => `${name}_v${version}`

/** The topic with a view's tiles, one key a tile, from whoever counts them outside of servers. `prefix`: `kafka.topicPrefix`. */
export const tileTopicOf = (view: Pick<View, 'name' | 'version'>, prefix: string): string => `${prefix}tiles_${versionedName(view)}`
