/** A process of an engine: what is run, again after a crash. Its output goes to `<name>.log` in the engine's folder. */
export interface Command {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** One engine as it was laid out in a folder of its own: kept in the state file, so plain data. */
export interface Layout<Address extends string = string, Credential extends string = string> {
  readonly folder: string
  /** As clients name them: `host:port`, or an URL where that is usual. */
  readonly addresses: Readonly<Record<Address, string>>
  readonly credentials: Readonly<Record<Credential, string>>
  readonly commands: readonly Command[]
}

/** A real engine that runs on this machine without Docker, for tests and benchmarks. */
export interface Engine<Address extends string = string, Credential extends string = string> {
  readonly name: string
  readonly about: string
  /** How long from the start of its processes until it is ready, in ms, at most. */
  readonly readyMs: number
  /** Puts into the cache what is missing there. Throws what to install where a program is missing. */
  install(signal: AbortSignal): Promise<void>
  /** Chooses free ports, and writes configuration into an empty folder. */
  layOut(folder: string, signal: AbortSignal): Promise<Layout<Address, Credential>>
  /** Whether it answers; asked again and again while its processes live. */
  isReady(layout: Layout<Address, Credential>, signal: AbortSignal): Promise<boolean>
  /** What is done once, when its processes run for the first time. */
  found?(layout: Layout<Address, Credential>, signal: AbortSignal): Promise<void>
}
