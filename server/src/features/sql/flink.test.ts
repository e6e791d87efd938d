import { test } from 'node:test'
import { feedViews } from '../views/feed-views.ts'
import { flinkSql } from './flink.ts'

test('the job for Flink is what it was: whoever changes it looks at the difference', (context) => {
  const views = [feedViews.video.watches, feedViews.personCategory.reactions, feedViews.length.impressions]
  context.assert.fileSnapshot(
    flinkSql(views, { bootstrapServers: 'kafka:9092', topicPrefix: 'vireo.' }),
    `${import.meta.dirname}/flink-job.sql`,
    {
      serializers: [(sql) => sql],
    },
  )
})
