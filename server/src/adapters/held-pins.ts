import type { Manifest, Pin } from '../ports/lake.ts'

/** Of a lake: its newest manifest, and how a version is pinned, with what ends that. */
export interface Pinning {
  newest(): Promise<Manifest>
  add(version: number): Promise<() => Promise<void>>
}

/** The pins that this process holds in a lake; those that are left end with it. */
export class HeldPins {
  readonly #held = new Set<() => Promise<void>>()
  readonly #lake: Pinning

  constructor(lake: Pinning) {
    this.#lake = lake
  }

  async pin(): Promise<Pin> {
    // Read again once the pin stands: a commit in between could have removed files.
    const { version } = await this.#lake.newest()
    const end = await this.#lake.add(version)
    this.#held.add(end)
    return {
      manifest: await this.#lake.newest(),
      release: async () => {
        this.#held.delete(end)
        await end()
      },
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#held].map((end) => end()))
  }
}
