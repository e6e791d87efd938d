export interface PageEvents {
  hidden(): void
  shown(): void
  /** For good, or into the back/forward cache. */
  left(): void
  online(): void
}

/** Listens to what becomes of the page, until the signal; there is nothing to listen to in Node. */
export function onPage({ hidden, shown, left, online }: PageEvents, signal: AbortSignal): void {
  if (typeof document === 'undefined') return
  document.addEventListener('visibilitychange', () => (document.hidden ? hidden() : shown()), { signal })
  addEventListener('pageshow', ({ persisted }) => persisted && shown(), { signal })
  // `beforeunload` and `unload` are not fired on phones, and keep the page out of the back/forward cache.
  addEventListener('pagehide', left, { signal })
  addEventListener('online', online, { signal })
}
