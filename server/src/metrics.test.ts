import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from './metrics.ts'

test('what the feed, the log and events did can be read', async () => {
  const metrics = createMetrics()
  metrics.feed.stage('trending').observe(2, 30, 0)
  metrics.feed.stage('already_seen').observe(0.2, 10, 20)
  metrics.feed.stage('trending').failed()
  metrics.feed.served(1, '', 3)
  metrics.feed.served(2, 'load', 3)
  metrics.logAppended(3, 1)
  metrics.eventsCounted(2, 1, [{ code: 'EVENT_TOO_OLD' }], 3)
  const text = await metrics.registry.metrics()
  for (const line of [
    'vireo_feed_stage_kept_total{stage="trending"} 30',
    'vireo_feed_stage_removed_total{stage="already_seen"} 20',
    'vireo_feed_stage_failed_total{stage="trending"} 1',
    'vireo_feed_stage_seconds_count{stage="already_seen"} 1',
    'vireo_feed_stage_seconds_sum{stage="trending"} 0.002',
    'vireo_feed_stage_seconds_bucket{le="0.001",stage="trending"} 0',
    'vireo_feed_stage_seconds_bucket{le="0.0025",stage="trending"} 1',
    'vireo_feed_stage_seconds_bucket{le="+Inf",stage="trending"} 1',
    'vireo_feed_served_total{level="full"} 1',
    'vireo_feed_served_total{level="light_ranking"} 1',
    'vireo_feed_stepped_down_total{level="light_ranking",reason="load"} 1',
    'vireo_log_records_total 3',
    'vireo_events_total{outcome="accepted"} 2',
    'vireo_events_total{outcome="duplicate"} 1',
    'vireo_events_refused_total{code="EVENT_TOO_OLD"} 1',
  ])
    assert.ok(text.includes(`${line}\n`), line)
})
