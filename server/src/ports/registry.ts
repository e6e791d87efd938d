/** Where models lie, and which version of each is to serve. */
export interface Registry {
  /** Names of the finished versions of a model, in no order. */
  versions(model: string): Promise<readonly string[]>
  /** A folder of this machine with the files of a version. Rejects with `MODEL_UNKNOWN` where there is none. */
  folder(model: string, version: string): Promise<string>
  /** A folder with the manifest of a version, for those who read no more of it. Rejects as `folder` does. */
  manifestFolder(model: string, version: string): Promise<string>
  /** What is to serve; the first channel, with revision 0, where nothing was chosen yet. */
  channel(model: string): Promise<Channel>
  /** An earlier one. Rejects with `MODEL_UNKNOWN` where it is none or not kept. */
  revision(model: string, revision: number): Promise<Channel>
  /**
   * Makes it what is to serve, durably, if the revision before it is still the newest: compare-and-set. Rejects with
   * `REGISTRY_CHANGED` where somebody else was faster.
   */
  point(model: string, channel: Channel): Promise<void>
}

/** A choice of what is to serve. */
export interface Channel {
  /** Counts the choices, from 1. */
  readonly revision: number
  /** Empty where nothing was chosen. */
  readonly version: string
  readonly changedMs: number
  /** The revision that a rollback goes back to; 0 where there is none. */
  readonly before: number
}

export const firstChannel: Channel = { revision: 0, version: '', changedMs: 0, before: 0 }
