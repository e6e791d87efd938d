import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js'

export interface Asking<Answer> {
  /** The latest answer; the one before while a new one is on its way. */
  readonly answer: Accessor<Answer | undefined>
  readonly problem: Accessor<unknown>
  readonly isAsking: Accessor<boolean>
  again(): void
}

/**
 * Asks whenever the question changes, once it has stood still for `afterMs`, the first at once; what was asked before is
 * aborted. Undefined asks nothing.
 */
export function asking<Question, Answer>(
  question: Accessor<Question | undefined>,
  ask: (question: Question, signal: AbortSignal) => Promise<Answer>,
  afterMs = 0,
): Asking<Answer> {
  const [answer, setAnswer] = createSignal<Answer>()
  const [problem, setProblem] = createSignal<unknown>()
  const [isAsking, setAsking] = createSignal(false)
  const [times, setTimes] = createSignal(0)
  let ending = new AbortController()

  createEffect(
    on([question, times], ([asked], before) => {
      ending.abort()
      if (asked === undefined) {
        setAnswer(undefined)
        setProblem(undefined)
        setAsking(false)
        return
      }
      ending = new AbortController()
      const { signal } = ending
      const timer = setTimeout(() => void answerTo(asked, signal), before?.[0] === undefined ? 0 : afterMs)
      onCleanup(() => clearTimeout(timer))
    }),
  )
  onCleanup(() => ending.abort())
  return { answer, problem, isAsking, again: () => setTimes(times() + 1) }

  async function answerTo(asked: Question, signal: AbortSignal): Promise<void> {
    setAsking(true)
    try {
      const given = await ask(asked, signal)
      if (signal.aborted) return
      setAnswer(() => given)
      setProblem(undefined)
    } catch (error) {
      if (!signal.aborted) setProblem(error)
    } finally {
      if (!signal.aborted) setAsking(false)
    }
  }
}
