import { homedir } from 'node:os'
import { join } from 'node:path'

const { ENGINES_DIR: chosen, XDG_CACHE_HOME: cacheHome = join(homedir(), '.cache') } = process.env

/** Everything of the engines lies here, outside of the repository. */
export const enginesFolder = chosen ?? join(cacheHome, 'vireo-engines')
/** What was downloaded or built, by name and version. */
export const cacheFolder = join(enginesFolder, 'cache')
/** Engines that were started by the command, by name. */
export const sharedFolder = join(enginesFolder, 'shared')
/** Engines that belong to a process, which stops them. */
export const ownFolder = join(enginesFolder, 'own')
