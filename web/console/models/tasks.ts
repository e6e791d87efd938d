import { duration, share, smallShare } from '../../shared/format.ts'

const meanings: Readonly<Record<string, string>> = {
  finish: 'Watched to the end',
  long_view: 'Watched whole, or for 18 s',
  like: 'Liked',
  share: 'Shared',
  comment: 'Commented on',
  follow: 'Creator followed',
  skip: 'Left within 3 s and 30 % of the length',
  not_interested: 'Not interested, or disliked',
  click: 'Played (known of imports only)',
  watch_ms: 'Time watched',
}

export const meaningOf = (task: string): string => meanings[task] ?? task

/** Of a time in ms, else of a chance. */
export function formatOf(task: string): (value: number) => string {
  if (task === 'watch_ms') return duration
  return (value) => (value < 0.01 ? smallShare(value) : share(value))
}
