import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { allFeedViews, feedViews } from '../views/feed-views.ts'
import { flinkJob, flinkScript } from './flink.ts'

const options = {
  name: 'vireo.tiles',
  topicPrefix: 'vireo.',
  kafka: { 'bootstrap.servers': 'kafka:9092' },
  stateHours: 122,
  gatherMs: 20,
  checkpointSeconds: 10,
  parallelism: 0,
  stateBackend: 'cluster',
  savepoints: '',
} as const

test('the job for Flink is what it was: whoever changes it looks at the difference', (context) => {
  const views = [feedViews.video.watches, feedViews.personCategory.reactions, feedViews.length.impressions]
  context.assert.fileSnapshot(flinkScript(flinkJob(views, options)), `${import.meta.dirname}/flink-job.sql`, {
    serializers: [(sql) => sql],
  })
})

test('a job for a log that has let go of records leaves out the tiles that would lack them', () => {
  const fromMs = Date.UTC(2026, 0, 15)
  for (const view of allFeedViews) {
    const [job] = flinkJob([view], { ...options, fromMs }).statements.slice(-1)
    assert.match(job!, new RegExp(`WHERE time_ms >= ${fromMs}\\b`))
  }
})

test('what Flink reads of the records has the numbers and types of the log', () => {
  const root = join(import.meta.dirname, '../../../..')
  const flinks = fieldsOf(readFileSync(join(root, 'engines/flink/messages/proto/vireo/flink/records.proto'), 'utf8'))
  const logs = fieldsOf(readFileSync(join(root, 'proto/vireo/record/v1/records.proto'), 'utf8'))
  assert.deepEqual(
    [...flinks.keys()].map((name) => name.split('.')[0]).filter((name, at, all) => all.indexOf(name) === at),
    ['EventRecord', 'SlateRecord', 'SlateItem'],
  )
  for (const [name, field] of flinks) assert.equal(logs.get(name), field, name)
})

/** Each field by `Message.name`: type, number, and whether there are several. */
function fieldsOf(proto: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const [, message, body] of proto.matchAll(/^message (\w+) \{\n([\s\S]*?)^\}/gm)) {
    for (const [, label, type, name, number] of body!.matchAll(/^ {2}(optional |repeated )?([\w.]+) (\w+) = (\d+);/gm)) {
      fields.set(`${message}.${name}`, `${type} ${number}${label === 'repeated ' ? ' repeated' : ''}`)
    }
  }
  return fields
}
