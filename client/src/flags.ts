/** As in OpenFeature's evaluation API (https://openfeature.dev/specification/types). */
export interface StringDetails {
  readonly flagKey: string
  readonly value: string
  readonly variant?: string
  readonly reason: 'SPLIT' | 'DEFAULT' | 'ERROR'
  readonly errorCode?: 'PROVIDER_NOT_READY' | 'FLAG_NOT_FOUND'
  readonly flagMetadata: Readonly<Record<string, never>>
}

/** The flag whose value is the experiment arm that made the last page. */
export const feedArm = 'feed.arm'
const noExperiment = 'default'

/** Experiment arms in the words of OpenFeature, as the last page said them. */
export class Flags {
  #arm: string | undefined

  getStringValue(flagKey: string, defaultValue: string): string {
    return this.getStringDetails(flagKey, defaultValue).value
  }

  getStringDetails(flagKey: string, defaultValue: string): StringDetails {
    const arm = this.#arm
    const flagMetadata = {}
    if (flagKey === feedArm && arm)
      return { flagKey, value: arm, variant: arm, reason: arm === noExperiment ? 'DEFAULT' : 'SPLIT', flagMetadata }
    const errorCode = flagKey === feedArm ? 'PROVIDER_NOT_READY' : 'FLAG_NOT_FOUND'
    return { flagKey, value: defaultValue, reason: 'ERROR', errorCode, flagMetadata }
  }

  /** Takes over what a page said. */
  learn(arm: string): void {
    this.#arm = arm
  }
}
