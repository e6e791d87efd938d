/** What a stream engine runs: statements in a session with settings, of which the last is the job. */
export interface JobText {
  readonly settings: Readonly<Record<string, string>>
  readonly statements: readonly string[]
}

export interface StreamJob {
  readonly id: string
  readonly name: string
  /** In the engine's words, such as RUNNING, RESTARTING, FINISHED, FAILED. */
  readonly state: string
  /** Whether it has come to its end, whichever. */
  readonly hasEnded: boolean
  readonly startedMs: number
}

/** Where a job can be gone on with. */
export interface RestorePoint {
  readonly path: string
  readonly takenMs: number
}

export interface JobDetails {
  readonly tasks: number
  readonly running: number
  /** Checkpoints since it was started here. */
  readonly checkpoints: number
  /** The newest checkpoint or savepoint. */
  readonly restorePoint: RestorePoint | undefined
  /** How large that is, in bytes. */
  readonly stateBytes: number
  /** The reason of its last failure, if there was one since it was started. */
  readonly failure: string | undefined
  /** Records of the log that it has yet to read; undefined where it does not say. */
  readonly behind: number | undefined
}

/**
 * A cluster that runs jobs. All methods throw `FLINK_UNREACHABLE` where nothing answers, and `FLINK_REFUSED` with the
 * reason where what was asked for can't be done.
 */
export interface StreamJobs {
  /** The id of the job that runs from then on, from the beginning or from where another was. */
  submit(job: JobText, from: string | undefined, signal: AbortSignal): Promise<string>
  /** Those that run, and of those that ended what the cluster still knows; the newest first. */
  jobs(signal: AbortSignal): Promise<readonly StreamJob[]>
  details(id: string, signal: AbortSignal): Promise<JobDetails>
  /** What `pipeline.global-job-parameters` were when it was submitted. */
  parameters(id: string, signal: AbortSignal): Promise<Readonly<Record<string, string>>>
  /** Ends a job with all that it has read written, and a savepoint; where that lies. A job that can't be stopped runs on. */
  stop(id: string, signal: AbortSignal): Promise<string>
  /** Ends a job at once. */
  cancel(id: string, signal: AbortSignal): Promise<void>
}
