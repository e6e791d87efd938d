import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from './config.ts'
import { s3Place, s3Url } from './s3-url.ts'

test('a place in an object store is a bucket and a prefix of names that need no escaping', () => {
  assert.deepEqual(s3Place('s3://bucket'), { bucket: 'bucket', prefix: '' })
  assert.deepEqual(s3Place('s3://my.bucket-1/'), { bucket: 'my.bucket-1', prefix: '' })
  assert.deepEqual(s3Place('s3://bucket/some/where=x/'), { bucket: 'bucket', prefix: 'some/where=x/' })
  const wrong = [
    's3://',
    's3://b',
    's3://Bucket',
    's3://bucket//x',
    's3://bucket/x*',
    "s3://bucket/it's",
    's3://bucket/a b',
    'file:///x',
    'x',
  ]
  for (const url of wrong) assert.ok(!s3Url.test(url), url)
})

test('what is no such place is refused by the configuration', () => {
  const refused = (env: Record<string, string>, message: RegExp) =>
    assert.throws(() => loadConfig(env, '/'), { code: 'CONFIG_WRONG', message })
  refused({ VIREO_LAKE_LOCATION: '/somewhere' }, /lake\.location .*s3:\/\/ with a bucket/)
  refused({ VIREO_MODELS_REGISTRY: 's3://bucket/a b' }, /models\.registry .*s3:\/\/ with a bucket/)
  refused({ VIREO_S3_ENDPOINT: 'minio:9000' }, /s3\.endpoint .*http:\/\/ or https:\/\//)
  const env = { VIREO_LAKE_LOCATION: 's3://bucket/lake', VIREO_MODELS_REGISTRY: 'models', VIREO_S3_ENDPOINT: 'https://minio.example:9000' }
  assert.equal(loadConfig(env, '/').lake.location, 's3://bucket/lake')
})
