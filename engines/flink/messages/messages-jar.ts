import { createHash } from 'node:crypto'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from '../../cache.ts'
import { needMaven, run } from '../../programs.ts'

const pom = join(import.meta.dirname, 'pom.xml')
const proto = join(import.meta.dirname, 'proto/vireo/flink/records.proto')
const jar = 'vireo-messages.jar'

/** The jar with the messages as they are now: built where the cache has it not. */
export async function messagesJar(signal: AbortSignal): Promise<string> {
  const digest = createHash('sha256')
  for (const file of [pom, proto]) digest.update(readFileSync(file))
  const folder = await cached(`vireo-messages-${digest.digest('hex').slice(0, 16)}`, async (folder) => {
    needMaven('Flink')
    const build = join(folder, 'build')
    await run('mvn', ['-q', '-B', '-f', pom, `-DbuildFolder=${build}`, 'package'], signal)
    cpSync(join(build, jar), join(folder, jar))
    rmSync(build, { recursive: true })
  })
  return join(folder, jar)
}
