import { VideoState } from '../generated/vireo/v1/catalog.ts'

/** The states that a video can be put in, as the command line says them. */
export const states = {
  pending: VideoState.VIDEO_STATE_PENDING,
  cleared: VideoState.VIDEO_STATE_CLEARED,
  'taken-down': VideoState.VIDEO_STATE_TAKEN_DOWN,
} as const

export type StateName = keyof typeof states

export function stateName(state: VideoState): string {
  if (state === VideoState.VIDEO_STATE_REMOVED) return 'removed'
  return Object.entries(states).find(([, number]) => number === state)?.[0] ?? 'pending'
}
