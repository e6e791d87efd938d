import { useSearchParams } from '@solidjs/router'
import { createMemo, type JSX, Show } from 'solid-js'
import { InspectDataResponse } from '../../generated/vireo/v1/console_data.ts'
import { ask, withQuery } from '../../shared/api.ts'
import { asking } from '../../shared/asking.ts'
import { Answered } from '../answered.tsx'
import { DeadLetters } from '../data/dead-letters.tsx'
import { LakeState, LogState } from '../data/lake.tsx'
import { Partitions } from '../data/partitions.tsx'
import { QualityChecks } from '../data/quality.tsx'
import { Refused } from '../data/refused.tsx'
import '../data/data.css'

export function Page(): JSX.Element {
  const [params] = useSearchParams<{ date?: string }>()
  const data = asking(
    createMemo(() => params.date ?? ''),
    (date, signal) => ask(withQuery('/v1/admin/data', { date }), InspectDataResponse, undefined, signal),
  )
  return (
    <>
      <header>
        <h1>Data</h1>
        <p>
          Whether all that happened is kept as it should be: the lake by hour with its checks, events that were refused, records that could
          not be applied, and the log.
        </p>
      </header>
      <Answered asking={data}>
        {(answer) => (
          <>
            <LakeState answer={answer()} />
            <Show when={answer().lake}>
              <QualityChecks answer={answer()} />
              <Partitions answer={answer()} />
            </Show>
            <Refused answer={answer()} />
            <DeadLetters />
            <LogState answer={answer()} />
          </>
        )}
      </Answered>
    </>
  )
}
