import { InvalidInput, NotFound, Overloaded } from '../../errors.ts'
import type { CheckFeaturesRequest, CheckFeaturesResponse, CheckFeaturesResponse_Difference } from '../../generated/vireo/v1/admin.ts'
import type { Lake } from '../../ports/lake.ts'
import type { View } from '../language/view.ts'
import { everMs } from '../language/windows.ts'
import { type CheckOptions, checkFeatures } from './check-features.ts'
import type { TileDifference } from './checked-view.ts'

const defaultPeople = 100
const defaultEntities = 1_000
const memoryMb = 256

export interface FeatureCheckParts extends Pick<CheckOptions, 'tiles' | 'clock' | 'positions' | 'views'> {
  /** Undefined where there is none to hold anything against. */
  readonly lake: { drain(signal: AbortSignal): Promise<void>; open(): Promise<Lake> } | undefined
}

/** What the contract asks of a server: see `checkFeatures`. One at a time, as each takes memory. */
export class FeatureCheck {
  readonly #parts: FeatureCheckParts
  #isRunning = false

  constructor(parts: FeatureCheckParts) {
    this.#parts = parts
  }

  /** Throws `VIEW_INVALID`, `LAKE_MISSING`, `OVERLOADED` while another one runs. */
  async *run({ entities, people, seed, views }: CheckFeaturesRequest, signal: AbortSignal): AsyncGenerator<CheckFeaturesResponse> {
    const { lake: source, ...parts } = this.#parts
    const wanted = views.length === 0 ? parts.views : views.map((name) => this.#viewNamed(name))
    if (source === undefined) throw new NotFound('LAKE_MISSING', 'lake.enabled', 'there is no lake: it is switched off')
    if (this.#isRunning) throw new Overloaded('features are being checked already')
    this.#isRunning = true
    try {
      const lake = await source.open()
      try {
        const sizes = { people: people || defaultPeople, entities: entities || defaultEntities, seed, memoryMb }
        const drain = (until: AbortSignal) => source.drain(until)
        for await (const { differences, ...checked } of checkFeatures({ ...parts, ...sizes, views: wanted, lake, drain, signal })) {
          const { version, view, ...counts } = checked
          const [compared, changing, differing] = [BigInt(counts.compared), BigInt(counts.changing), BigInt(counts.differing)]
          yield { view, version, compared, changing, differing, differences: differences.map(difference) }
        }
      } finally {
        await lake.close()
      }
    } finally {
      this.#isRunning = false
    }
  }

  #viewNamed(wanted: string): View {
    const view = this.#parts.views.find(({ name }) => name === wanted)
    if (view === undefined) throw new InvalidInput('VIEW_INVALID', 'views', `there is no view ${wanted}: see \`vireo features list\``)
    return view
  }
}

const difference = ({ entity, hopMs, live, startMs, stored }: TileDifference): CheckFeaturesResponse_Difference => ({
  entity: entity.map(String),
  hopMs: BigInt(hopMs === everMs ? 0 : hopMs),
  start: { seconds: BigInt(Math.floor(startMs / 1_000)), nanos: 0 },
  live: tileOf(live),
  stored: tileOf(stored),
})

function tileOf(values: TileDifference['live']): CheckFeaturesResponse_Difference['live'] {
  if (values === undefined) return undefined
  const known = Object.entries(values).filter((pair): pair is [string, number] => pair[1] !== null)
  return { values: Object.fromEntries(known.map(([name, value]) => [name, BigInt(value)])) }
}
