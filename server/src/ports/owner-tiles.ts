/** All that is counted of one owner, such as a person: tiles, from which windows follow at any time. */
export interface OwnerTiles {
  readonly id: string
  /** As `FeatureTiles` stores them; empty where nothing is counted any more. */
  readonly tiles: Uint8Array
  /** What they are made of was known at this time, in ms. */
  readonly asOfMs: number
}

/** Tiles of owners of one kind, for servers that do not count. One that counts writes them. */
export interface OwnerTilesStore {
  /** Of two of one owner that as of the later time stays, whichever comes first. */
  put(owners: readonly OwnerTiles[]): Promise<void>
  /** Undefined for one of whom nothing was ever counted. */
  get(id: string): Promise<Uint8Array | undefined>
}
