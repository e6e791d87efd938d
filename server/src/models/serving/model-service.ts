import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../clock.ts'
import { NotFound, VireoError } from '../../errors.ts'
import type { ListModelsResponse, Model } from '../../generated/vireo/v1/admin.ts'
import type { Log } from '../../log.ts'
import type { Channel, Registry } from '../../ports/registry.ts'
import type { Manifest } from '../manifest.ts'
import { judgedRows, metricIntervals } from '../metric-intervals.ts'
import { readManifest } from '../read-manifest.ts'
import type { ModelHost } from './model-host.ts'

export interface ModelServiceParts {
  readonly registry: Registry
  readonly host: ModelHost
  readonly clock: Clock
  readonly log: Log
  /** The model of the feed in the registry. */
  readonly name: string
}

interface Known {
  readonly version: string
  readonly manifest: Manifest | undefined
  readonly problem: string
}

const lookEveryMs = 5_000

/** Which models there are, which serves, and changing it. */
export class ModelService {
  readonly #parts: ModelServiceParts
  /** Of the choice that was tried last. */
  #revision = -1

  constructor(parts: ModelServiceParts) {
    this.#parts = parts
  }

  /** Serves what was chosen, or the newest where nothing was. What can't be served is logged, and the feed does without. */
  async start(): Promise<void> {
    const { host, log, name, registry } = this.#parts
    try {
      const { revision, version } = await registry.channel(name)
      const chosen = version || (await this.#known()).find(({ manifest }) => manifest !== undefined)?.version
      if (chosen === undefined || host.current?.manifest.version === chosen) this.#revision = revision
      else {
        const folder = await registry.folder(name, chosen)
        // An artifact that is refused is not tried again.
        this.#revision = revision
        await host.use(folder)
      }
    } catch (err) {
      log.error({ err }, 'the model was refused: the feed serves with what it had')
    }
  }

  /** From now on serves what others choose, too, and what the registry could not give before. */
  follow(): AsyncDisposable {
    const ending = new AbortController()
    const looking = this.#look(ending.signal)
    return {
      async [Symbol.asyncDispose]() {
        ending.abort()
        await looking
      },
    }
  }

  async list(): Promise<ListModelsResponse> {
    const { name, registry } = this.#parts
    const { version } = await registry.channel(name)
    return { models: (await this.#known()).map((known) => this.#modelOf(known)), chosen: version }
  }

  /** Loads a version, serves it, and makes it what is to serve. Rejects as `loadArtifact` does, with `MODEL_UNKNOWN`, `REGISTRY_CHANGED`. */
  async use(version: string): Promise<Model> {
    const { name, registry } = this.#parts
    const { revision } = await registry.channel(name)
    return this.#change({ revision: revision + 1, version, changedMs: this.#parts.clock.now(), before: revision })
  }

  /** Goes back to what was chosen before. Rejects with `ROLLBACK_IMPOSSIBLE` where nothing was. */
  async rollback(): Promise<Model> {
    const { clock, name, registry } = this.#parts
    const { before, revision } = await registry.channel(name)
    if (before === 0) {
      const message = `Nothing was chosen before: name a version with \`vireo models use\``
      throw new VireoError({ code: 'ROLLBACK_IMPOSSIBLE', fault: 'client', retryable: false, message })
    }
    const target = await registry.revision(name, before)
    return this.#change({ revision: revision + 1, version: target.version, changedMs: clock.now(), before: target.before })
  }

  async #change(next: Channel): Promise<Model> {
    const { host, name, registry } = this.#parts
    const serving = host.current?.manifest.version
    await host.use(await registry.folder(name, next.version))
    try {
      await registry.point(name, next)
      this.#revision = next.revision
    } catch (error) {
      // What others were told to serve is what serves here too.
      const { version } = await registry.channel(name)
      const back = version || serving
      if (back !== undefined) await host.use(await registry.folder(name, back))
      throw error
    }
    const model = (await this.list()).models.find(({ version }) => version === next.version)
    if (model === undefined) throw new NotFound('MODEL_UNKNOWN', 'version', `Version '${next.version}' has gone`)
    return model
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { name, registry } = this.#parts
    while (!signal.aborted) {
      await sleep(lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined)
      if (signal.aborted) return
      const revision = await registry
        .channel(name)
        .then(({ revision }) => revision)
        .catch(() => this.#revision)
      if (revision !== this.#revision) await this.start()
    }
  }

  /** Newest first; those that can't be read last. */
  async #known(): Promise<Known[]> {
    const { name, registry } = this.#parts
    const versions = await registry.versions(name)
    const known = await Promise.all(
      versions.map(async (version): Promise<Known> => {
        try {
          return { version, manifest: await readManifest(await registry.manifestFolder(name, version)), problem: '' }
        } catch (error) {
          return { version, manifest: undefined, problem: (error as Error).message }
        }
      }),
    )
    return known.sort((a, b) => (b.manifest?.createdMs ?? 0) - (a.manifest?.createdMs ?? 0))
  }

  #modelOf({ manifest, problem, version }: Known): Model {
    const { host, name } = this.#parts
    return {
      name,
      version,
      created: timestamp(manifest?.createdMs),
      trainedFrom: timestamp(manifest?.training.fromMs),
      trainedUntil: timestamp(manifest?.training.untilMs),
      serves: host.current?.id === `${name}/${version}`,
      metrics: manifest?.metrics ?? {},
      problem,
      trainingRows: BigInt(manifest?.training.rows ?? 0),
      judgedFrom: timestamp(manifest?.twin?.untilMs),
      judgedRows: BigInt(manifest === undefined ? 0 : judgedRows(manifest)),
      tasks: (manifest?.ranking?.tasks ?? []).map(({ name, positives, weight }) => ({ name, positives: BigInt(positives), weight })),
      intervals: manifest === undefined ? {} : metricIntervals(manifest),
      intervalsMeasured: manifest?.intervals !== undefined,
      bytes: BigInt(Object.values(manifest?.files ?? {}).reduce((total, { bytes }) => total + bytes, 0)),
      featureSet: manifest?.featureSet ?? '',
    }
  }
}

const timestamp = (ms: number | undefined) =>
  ms === undefined ? undefined : { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1e6 }
