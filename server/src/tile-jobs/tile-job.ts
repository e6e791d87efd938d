import type { JobDetails, StreamJob } from '../ports/stream-jobs.ts'
import type { JobAbout } from './job-about.ts'
import type { HealthOptions } from './until-healthy.ts'

export interface TileJob extends StreamJob, JobAbout {
  readonly details: JobDetails
}

export interface DeployOptions extends HealthOptions {
  /** As `name_v1` or `name`; those that no job keeps by default. */
  readonly views?: readonly string[]
  /** A savepoint or checkpoint to go on from. */
  readonly from?: string
  /** Reads the log from its beginning, even where an earlier job was stopped. */
  readonly anew?: boolean
}

export interface Deployed {
  readonly name: string
  readonly id: string
  readonly views: readonly string[]
  /** Where it went on from; undefined for the beginning of the log. */
  readonly from: string | undefined
}
