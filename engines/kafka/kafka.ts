import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from '../cache.ts'
import type { Engine } from '../engine.ts'
import { cacheFolder } from '../folders.ts'
import { freePorts } from '../ports.ts'
import { logOf } from '../processes.ts'
import { java, mavenJars, needMaven, run } from '../programs.ts'
import { type Security, serverProperties } from './server-properties.ts'

const version = '4.1.2'
const cacheName = `kafka-${version}`
const classPath = join(cacheFolder, cacheName, 'libs', '*')
const logging = join(import.meta.dirname, 'log4j2.properties')
const user = 'vireo'

/**
 * One broker, which is its own controller. `brokers` is open to everybody on this machine; `secure` wants TLS, with the
 * certificate in `ca.pem` of its folder, and a user's password (SASL PLAIN or SCRAM-SHA-512). Who comes in by `around` is
 * told that the broker is at `aroundAs`: there a proxy with faults may listen. `aside` and `asideAs` are a second such way.
 */
export const kafka: Engine<'brokers' | 'secure' | 'around' | 'aroundAs' | 'aside' | 'asideAs', 'user' | 'password'> = {
  name: 'kafka',
  about: `Kafka ${version}, one broker; needs Java and Maven (43 MB)`,
  readyMs: 120_000,

  async install(signal) {
    java('Kafka')
    await cached(cacheName, (folder) => {
      needMaven('Kafka')
      return mavenJars(join(import.meta.dirname, 'pom.xml'), join(folder, 'libs'), signal)
    })
  },

  async layOut(folder, signal) {
    const ports = await freePorts('plain', 'secure', 'controller', 'around', 'aroundAs', 'aside', 'asideAs')
    const security: Security = {
      keystore: join(folder, 'keystore.p12'),
      storePassword: randomBytes(12).toString('hex'),
      user,
      password: randomBytes(12).toString('hex'),
    }
    await makeCertificate(certificateOf(folder), security, signal)
    const properties = join(folder, 'server.properties')
    writeFileSync(properties, serverProperties(join(folder, 'data'), ports, security), { mode: 0o600 })
    const cluster = randomBytes(16).toString('base64url')
    const scram = `SCRAM-SHA-512=[name=${user},password=${security.password}]`
    const format = ['format', '--standalone', `--cluster-id=${cluster}`, '-c', properties, '--add-scram', scram]
    await run(java('Kafka'), ['-Xmx64m', '-XX:+UseSerialGC', '-cp', classPath, 'kafka.tools.StorageTool', ...format], signal)
    return {
      folder,
      addresses: {
        brokers: `127.0.0.1:${ports.plain}`,
        secure: `127.0.0.1:${ports.secure}`,
        around: `127.0.0.1:${ports.around}`,
        aroundAs: `127.0.0.1:${ports.aroundAs}`,
        aside: `127.0.0.1:${ports.aside}`,
        asideAs: `127.0.0.1:${ports.asideAs}`,
      },
      credentials: { user, password: security.password },
      commands: [
        {
          name: 'broker',
          program: java('Kafka'),
          args: ['-Xmx512m', '-XX:+UseSerialGC', `-Dlog4j2.configurationFile=${logging}`, '-cp', classPath, 'kafka.Kafka', properties],
        },
      ],
    }
  },

  async isReady({ folder }) {
    return readFileSync(logOf(folder, 'broker'), 'utf8').includes('Kafka Server started')
  },
}

/** The file with the certificate of a Kafka, which signs itself. */
export const certificateOf = (folder: string) => join(folder, 'ca.pem')

async function makeCertificate(file: string, { keystore, storePassword }: Security, signal: AbortSignal): Promise<void> {
  const home = process.env.JAVA_HOME
  const keytool = home === undefined ? 'keytool' : join(home, 'bin/keytool')
  const store = ['-keystore', keystore, '-storetype', 'PKCS12', '-storepass', storePassword, '-alias', 'kafka']
  const names = ['-dname', 'CN=localhost', '-ext', 'SAN=IP:127.0.0.1,DNS:localhost', '-validity', '30']
  await run(keytool, ['-genkeypair', '-keyalg', 'EC', ...names, ...store], signal)
  await run(keytool, ['-exportcert', '-rfc', '-file', file, ...store], signal)
}
