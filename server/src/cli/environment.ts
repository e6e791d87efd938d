import { type Config, loadConfig } from '../config.ts'

/** The configuration of this process; `given` wins over its environment. Throws `CONFIG_WRONG`. */
export const configuration = (given: Readonly<Record<string, string>> = {}): Config =>
  loadConfig({ ...process.env, ...given }, process.cwd())
