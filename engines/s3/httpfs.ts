import { join } from 'node:path'
import { cached } from '../cache.ts'
import { need, run } from '../programs.ts'

/** The newest that the Python Package Index has. */
const version = '1.5.5'

/** The file of DuckDB's extension httpfs. Where it was built for another patch release than the server's DuckDB, it is loaded unchecked. */
export async function httpfsFile(signal: AbortSignal): Promise<string> {
  const folder = await cached(`duckdb-httpfs-${version}`, async (into) => {
    need('python3', '--version', "DuckDB's extension httpfs", 'Install Python 3.')
    const wheel = `duckdb-extension-httpfs==${version}`
    await run('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', into, wheel], signal)
  })
  return join(folder, 'duckdb_extension_httpfs/extensions', `v${version}`, 'httpfs.duckdb_extension')
}
