import { createSignal, type JSX, Show } from 'solid-js'
import { type DeadLetter, ListDeadLettersResponse, ReplayDeadLettersResponse } from '../../generated/vireo/v1/admin.ts'
import { ask } from '../../shared/api.ts'
import { asking } from '../../shared/asking.ts'
import { count, time } from '../../shared/format.ts'
import { Problem } from '../../shared/problem.tsx'
import { Table } from '../../shared/table.tsx'
import { Answered } from '../answered.tsx'

/** Records of the log that this server could not apply, and a way to apply them after all. */
export function DeadLetters(): JSX.Element {
  const letters = asking(
    () => '/v1/admin/dead-letters',
    (path, signal) => ask(path, ListDeadLettersResponse, undefined, signal),
  )
  const [problem, setProblem] = createSignal<unknown>()
  const [said, setSaid] = createSignal('')
  const [isReplaying, setReplaying] = createSignal(false)
  const replay = async () => {
    setReplaying(true)
    setProblem(undefined)
    try {
      const { applied, left } = await ask('/v1/admin/dead-letters/replay', ReplayDeadLettersResponse, {})
      setSaid(`${count(applied)} applied, ${count(left.length)} could not be applied now either.`)
      letters.again()
    } catch (error) {
      setProblem(error)
    } finally {
      setReplaying(false)
    }
  }
  return (
    <section class="part">
      <h2>Dead letters</h2>
      <p class="quiet">
        Records of the log that this server could not apply. They are kept aside with the reason, and those behind them go on.
      </p>
      <Answered asking={letters}>
        {(answer) => (
          <>
            <Table
              caption={answer().total > answer().letters.length ? `The newest of ${count(answer().total)}` : 'All'}
              rows={answer().letters}
              empty="There are none."
              columns={[
                { name: 'Place', about: 'Topic, partition and offset', cell: (letter) => <code>{placeOf(letter)}</code>, sort: placeOf },
                { name: 'Key', cell: ({ key }) => key || '–', sort: ({ key }) => key },
                { name: 'Time', about: 'When it happened', cell: (letter) => time(letter.time!), sort: (letter) => letter.time! },
                { name: 'Kept aside', cell: ({ kept }) => time(kept!), sort: ({ kept }) => kept! },
                {
                  name: 'Why',
                  cell: ({ code, reason }) => (
                    <>
                      <code>{code}</code> {reason}
                    </>
                  ),
                  sort: ({ code }) => code,
                },
              ]}
            />
            <Show when={answer().total > 0}>
              <p>
                <button type="button" disabled={isReplaying()} onClick={() => void replay()}>
                  {isReplaying() ? 'Applying …' : 'Apply them now'}
                </button>{' '}
                Each takes effect once, on all servers, where this version can read it.
              </p>
            </Show>
            <Show when={problem()}>{(error) => <Problem error={error()} />}</Show>
            <p role="status">{said()}</p>
          </>
        )}
      </Answered>
    </section>
  )
}

const placeOf = ({ place }: DeadLetter) => `${place!.topic}/${place!.partition}/${place!.offset}`
