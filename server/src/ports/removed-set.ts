/** Videos that were taken down, for as long as not every process that serves has heard of it from the log. */
export interface RemovedSet {
  /** They are in every answer of `among` that is asked for once this has resolved. */
  add(videos: readonly string[]): Promise<void>
  /** They may be shown again. */
  remove(videos: readonly string[]): Promise<void>
  /**
   * Those of a page that may not be shown. Rejects, and can be tried again, where that can't be known in time: what then
   * may be shown at all is for the caller to know.
   */
  among(videos: readonly string[]): Promise<ReadonlySet<string>>
}
