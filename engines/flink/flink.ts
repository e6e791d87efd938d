import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { cached } from '../cache.ts'
import type { Command, Engine } from '../engine.ts'
import { cacheFolder } from '../folders.ts'
import { freePorts } from '../ports.ts'
import { java, mavenJars, need, needMaven, run } from '../programs.ts'
import { configuration, javaOptions } from './configuration.ts'
import { messagesJar } from './messages/messages-jar.ts'

const version = '2.2.1'
const cacheName = `flink-${version}`
const cache = join(cacheFolder, cacheName)
const logging = join(import.meta.dirname, 'log4j2.properties')
const runtime = 'org.apache.flink.runtime'

/** A session cluster of one job manager and one task manager, and a SQL gateway, with the classes of the log's messages. */
export const flink: Engine<'rest' | 'gateway', never> = {
  name: 'flink',
  about: `Flink ${version} with Kafka, protobuf and a SQL gateway; needs Java, Maven and Python (330 MB)`,
  readyMs: 180_000,

  async install(signal) {
    java('Flink')
    await cached(cacheName, async (folder) => {
      needMaven('Flink')
      need('python3', '--version', 'Flink', 'Install Python 3 with pip (Debian: apt-get install python3-pip).')
      await fetchLibraries(folder, signal)
    })
    await messagesJar(signal)
  },

  async layOut(folder, signal) {
    const ports = await freePorts('rpc', 'rest', 'blob', 'taskRpc', 'taskData', 'gateway')
    for (const name of ['conf', 'lib', 'plugins', 'tmp']) mkdirSync(join(folder, name))
    const own = readdirSync(join(cache, 'lib')).map((name) => join(cache, 'lib', name))
    for (const jar of [...own, await messagesJar(signal)]) symlinkSync(jar, join(folder, 'lib', basename(jar)))
    writeFileSync(join(folder, 'conf/config.yaml'), configuration(folder, ports))
    return {
      folder,
      addresses: { rest: `http://127.0.0.1:${ports.rest}`, gateway: `http://127.0.0.1:${ports.gateway}` },
      credentials: {},
      commands: [
        command(folder, 'job-manager', `${runtime}.entrypoint.StandaloneSessionClusterEntrypoint`, ['-Xmx384m']),
        command(folder, 'task-manager', `${runtime}.taskexecutor.TaskManagerRunner`, [
          '-Xmx640m',
          '-XX:MaxDirectMemorySize=128m',
          '-XX:MaxMetaspaceSize=256m',
        ]),
        command(folder, 'gateway', 'org.apache.flink.table.gateway.SqlGateway', ['-Xmx384m']),
      ],
    }
  },

  async isReady({ addresses }, signal) {
    const [overview, info] = await Promise.all([
      json<{ taskmanagers: number }>(`${addresses.rest}/overview`, signal),
      json(`${addresses.gateway}/v1/info`, signal),
    ])
    return overview !== undefined && overview.taskmanagers > 0 && info !== undefined
  },
}

function command(folder: string, name: string, mainClass: string, memory: readonly string[]): Command {
  const classPath = [join(folder, 'lib', '*'), join(cache, 'opt', '*')].join(':')
  const options = ['-XX:+UseSerialGC', ...memory, ...javaOptions, `-Dlog4j2.configurationFile=${logging}`, '-cp', classPath]
  // The gateway finds the configuration by its environment.
  const args = name === 'gateway' ? [] : ['--configDir', join(folder, 'conf')]
  return {
    name,
    program: java('Flink'),
    args: [...options, mainClass, ...args],
    env: {
      FLINK_HOME: folder,
      FLINK_CONF_DIR: join(folder, 'conf'),
      FLINK_LIB_DIR: join(folder, 'lib'),
      FLINK_OPT_DIR: join(cache, 'opt'),
      FLINK_PLUGINS_DIR: join(folder, 'plugins'),
    },
  }
}

/** From the Python package, which holds the whole of Flink, and what that lacks from Maven. */
async function fetchLibraries(folder: string, signal: AbortSignal): Promise<void> {
  const wheel = join(folder, 'wheel')
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-deps']
  await run('python3', ['-m', 'pip', 'download', ...quiet, '--dest', wheel, `apache-flink-libraries==${version}`], signal)
  await run('python3', ['-m', 'zipfile', '--extract', join(wheel, readdirSync(wheel)[0]!), wheel], signal)
  for (const name of ['lib', 'opt']) cpSync(join(wheel, 'pyflink', name), join(folder, name), { recursive: true })
  rmSync(wheel, { recursive: true })
  const jars = join(folder, 'jars')
  await mavenJars(join(import.meta.dirname, 'pom.xml'), jars, signal, ['-DexcludeTransitive=true'])
  for (const jar of readdirSync(jars)) cpSync(join(jars, jar), join(folder, jar.startsWith('flink-sql-gateway') ? 'opt' : 'lib', jar))
  rmSync(jars, { recursive: true })
}

async function json<Answer = unknown>(url: string, signal: AbortSignal): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]) })
    return response.ok ? ((await response.json()) as Answer) : undefined
  } catch {
    return undefined
  }
}
