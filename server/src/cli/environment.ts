import { type Config, loadConfig } from '../config.ts'

/** The configuration of this process. Throws `CONFIG_WRONG`. */
export const configuration = (): Config => loadConfig(process.env, process.cwd())
