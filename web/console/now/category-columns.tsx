import type { WatchResponse_CategoryCounts } from '../../generated/vireo/v1/console_now.ts'
import { count, duration, share, smallShare } from '../../shared/format.ts'
import type { TableColumn } from '../../shared/table.tsx'

export const nameOf = (category: string): string => category || 'none'

const rate = (part: string, whole: string) => Number(part) / Number(whole)
const orLast = (value: number) => (Number.isFinite(value) ? value : -1)

const rateColumn = (
  name: string,
  about: string,
  value: (counts: WatchResponse_CategoryCounts) => number,
  format: (value: number) => string,
): TableColumn<WatchResponse_CategoryCounts> => ({ name, about, cell: (row) => format(value(row)), sort: (row) => orLast(value(row)) })

/** What was shown and done of a category. */
export const categoryColumns: TableColumn<WatchResponse_CategoryCounts>[] = [
  rateColumn('Impressions', 'Videos served', ({ impressions }) => Number(impressions), count),
  rateColumn('Watches', 'Plays of 10 s or to the end', ({ watches }) => Number(watches), count),
  rateColumn('Watched of shown', 'Watches for each impression', ({ impressions, watches }) => rate(watches, impressions), share),
  rateColumn('Watch time a play', 'Mean of all plays', ({ plays, watchMs }) => rate(watchMs, plays), duration),
  rateColumn('Liked', 'Likes for each watch', ({ likes, watches }) => rate(likes, watches), smallShare),
  rateColumn('Disliked', 'Dislikes and not interested, for each watch', ({ dislikes, watches }) => rate(dislikes, watches), smallShare),
]
