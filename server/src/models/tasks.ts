/** What a ranker can predict, as labels of samples name it; all but the time are chances. */
export const tasks = ['finish', 'long_view', 'like', 'share', 'comment', 'follow', 'skip', 'not_interested', 'click', 'watch_ms'] as const
export type Task = (typeof tasks)[number]
