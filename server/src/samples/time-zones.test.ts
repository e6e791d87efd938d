import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs, hourMs } from '../clock.ts'
import { zoneStretches } from './time-zones.ts'

test('a zone has another offset from the hour on in which its clocks are changed', () => {
  // Clocks in Berlin go forward at 01:00 UTC on 29 March 2026, those on Lord Howe Island back by half an hour at 15:00 UTC on 4 April.
  const fromMs = Date.UTC(2026, 2, 28)
  const untilMs = fromMs + 10 * dayMs
  const summerMs = Date.UTC(2026, 2, 29, 1)
  const winterMs = Date.UTC(2026, 3, 4, 15)
  assert.deepEqual(zoneStretches(['Europe/Berlin', 'Australia/Lord_Howe'], fromMs, untilMs), [
    { zone: 'Europe/Berlin', fromMs, untilMs: summerMs, offsetMs: hourMs },
    { zone: 'Europe/Berlin', fromMs: summerMs, untilMs, offsetMs: 2 * hourMs },
    { zone: 'Australia/Lord_Howe', fromMs, untilMs: winterMs, offsetMs: 11 * hourMs },
    { zone: 'Australia/Lord_Howe', fromMs: winterMs, untilMs, offsetMs: 10.5 * hourMs },
  ])
})

test('west of Greenwich is behind, and what names no zone has no offset', () => {
  const zones = zoneStretches(['America/St_Johns', 'UTC', 'Mars/Olympus', "x' OR 1"], 0, 1)
  assert.deepEqual(
    zones.map(({ zone, offsetMs }) => [zone, offsetMs]),
    [
      ['America/St_Johns', -3.5 * hourMs],
      ['UTC', 0],
    ],
  )
})
