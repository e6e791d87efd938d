import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadConfig, settings } from './config.ts'

const folders = mkdtempSync(join(tmpdir(), 'vireo-config-'))
after(() => rmSync(folders, { recursive: true }))

const folder = (file?: string) => {
  const cwd = mkdtempSync(join(folders, 'test-'))
  if (file !== undefined) writeFileSync(join(cwd, 'vireo.json'), file)
  return cwd
}

test('without a file and variables everything has its default', () => {
  const config = loadConfig({ PATH: '/bin' }, folder())
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.feed.maxInFlight, 256)
  for (const setting of settings) assert.notEqual(setting.help, '', `${setting.path} has no help`)
})

test('a variable wins over the file, and the file over the default', () => {
  const cwd = folder('{"feed":{"maxInFlight":7,"candidates":70},"httpPort":1}')
  const config = loadConfig({ VIREO_FEED_MAX_IN_FLIGHT: '9', VIREO_FEED_EXPLORATION_SHARE: '.1' }, cwd)
  assert.deepEqual([config.feed.maxInFlight, config.feed.candidates, config.httpPort], [9, 70, 1])
  assert.equal(config.feed.explorationShare, 0.1)
})

test('VIREO_CONFIG names the file, which must then be there', () => {
  const cwd = folder()
  writeFileSync(join(cwd, 'other.json'), '{"httpPort":3}')
  assert.equal(loadConfig({ VIREO_CONFIG: 'other.json' }, cwd).httpPort, 3)
  assert.throws(() => loadConfig({ VIREO_CONFIG: 'gone.json' }, cwd), /gone\.json can't be read/)
})

const errors: [string, Record<string, string>, string | undefined, RegExp][] = [
  [
    'an unknown key of the file names the nearest one',
    {},
    '{"feed":{"maxInflight":7}}',
    /^feed\.maxInflight is not a setting; did you mean feed\.maxInFlight\?$/,
  ],
  [
    'an unknown variable names the nearest one',
    { VIREO_HTP_PORT: '1' },
    undefined,
    /^VIREO_HTP_PORT is not a setting; did you mean VIREO_HTTP_PORT\?$/,
  ],
  [
    'a number out of range comes with its value and what is allowed',
    { VIREO_HTTP_PORT: '70000' },
    undefined,
    /^httpPort \(VIREO_HTTP_PORT\) is 70000; allowed is integer 0 to 65535\.$/,
  ],
  [
    'a text where a number belongs is refused',
    { VIREO_LIMITS_BATCH_SIZE: 'many' },
    undefined,
    /^limits\.batchSize \(VIREO_LIMITS_BATCH_SIZE\) is "many"; allowed is integer/,
  ],
  ['an empty variable is refused', { VIREO_HTTP_PORT: '' }, undefined, /is ""; allowed/],
  ['a number in quotes in the file is refused', {}, '{"httpPort":"1"}', /is "1"; allowed/],
  ['one of a few words comes with the words', { VIREO_LOG_LEVEL: 'loud' }, undefined, /is "loud"; allowed is one of trace, debug/],
  ['a group that is not one says what it holds', {}, '{"log":3}', /^log is 3; it holds log\.maxMb, log\.keepHours\.$/],
  ['a file that is not JSON is refused', {}, '{', /is not a JSON object/],
  ['all that is wrong is said at once', { VIREO_HTTP_PORT: 'x', VIREO_GRPC_PORT: 'y' }, undefined, /httpPort.*\ngrpcPort/],
  [
    'a default page larger than the largest is refused',
    { VIREO_FEED_MAX_COUNT: '5' },
    undefined,
    /^feed\.defaultCount \(VIREO_FEED_DEFAULT_COUNT\) is 10; allowed is at most feed\.maxCount\.$/,
  ],
  ['a server of Redis without a port is refused', { VIREO_REDIS_NODES: 'a:1 b' }, undefined, /is "a:1 b"; allowed is servers such as/],
  ['a prefix with braces is refused', { VIREO_REDIS_PREFIX: '{v}' }, undefined, /^redis\.prefix .* is "\{v\}"; allowed is without/],
  [
    'tiles from topics without Kafka are refused',
    { VIREO_FEATURES_TILES: 'topics' },
    undefined,
    /^features\.tiles .* is "topics"; allowed is/,
  ],
  [
    'events older than a stream engine remembers are refused where it counts',
    { VIREO_KAFKA_BROKERS: 'k:1', VIREO_REDIS_NODES: 'r:1', VIREO_FEATURES_TILES: 'topics', VIREO_EVENTS_HORIZON_HOURS: '96' },
    undefined,
    /^events\.horizonHours .* is 96; allowed is at most 72/,
  ],
]
for (const [name, env, file, message] of errors)
  test(name, () => assert.throws(() => loadConfig(env, folder(file)), { code: 'CONFIG_WRONG', message }))

test('the pages of documentation that are made from the code are up to date', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/generate-docs.ts', '--check'], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
})

test('a server has roles that exist, and some of them alone only where servers share Kafka and Redis', () => {
  const engines = { VIREO_KAFKA_BROKERS: 'kafka:9092', VIREO_REDIS_NODES: 'redis:6379' }
  assert.equal(loadConfig({ ...engines, VIREO_ROLES: 'features,lake' }, folder()).roles, 'features,lake')
  assert.equal(loadConfig({ VIREO_ROLES: 'lake,features,api' }, folder()).roles, 'lake,features,api')
  const refused = (roles: string, more = {}) =>
    assert.throws(() => loadConfig({ VIREO_ROLES: roles, ...more }, folder()), /roles \(VIREO_ROLES\) is/)
  for (const roles of ['', 'cook', 'api,api', 'api,', 'api features']) refused(roles, engines)
  for (const roles of ['api', 'features,lake']) refused(roles)
})
