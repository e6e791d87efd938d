import { VideoState } from '../../generated/vireo/v1/catalog.ts'
import { type FlowPlace, FlowPlace_Kind as Kind } from '../../generated/vireo/v1/console_video.ts'

const states: Readonly<Record<string, string>> = {
  [VideoState.VIDEO_STATE_PENDING]: 'pending',
  [VideoState.VIDEO_STATE_CLEARED]: 'cleared',
  [VideoState.VIDEO_STATE_TAKEN_DOWN]: 'taken down',
  [VideoState.VIDEO_STATE_REMOVED]: 'removed',
}

export const stateWord = (state: string): string => states[state] ?? 'unknown'

/** The states that can be searched for. */
export const stateChoices = Object.entries(states)

/** A bucket by the plays of its videos. */
export const bucketWord = ({ playsBelow, playsFrom }: Pick<FlowPlace, 'playsFrom' | 'playsBelow'>): string =>
  playsFrom === 0 ? `under ${playsBelow} plays` : `${playsFrom} to ${playsBelow - 1} plays`

export function placeWord(place: FlowPlace | undefined): string {
  if (place?.kind === Kind.KIND_PROMOTED) return 'promoted'
  if (place?.kind === Kind.KIND_RETIRED) return 'retired'
  if (place?.kind === Kind.KIND_BUCKET) return `${bucketWord(place)}${place.fresh ? ', fresh' : ''}`
  return 'not in the flow'
}

/** The time since an upload, in words; an unknown upload is an unknown age. */
export function ageWord(uploaded: string | undefined, asOf: string): string {
  if (uploaded === undefined) return 'unknown'
  const hours = (Date.parse(asOf) - Date.parse(uploaded)) / 3_600_000
  if (hours < 1) return 'under 1 h'
  return hours < 72 ? `${Math.floor(hours)} h` : `${Math.floor(hours / 24)} d`
}
