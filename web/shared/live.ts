import { type Accessor, createSignal, onCleanup } from 'solid-js'
import { ApiError, authorization, refusal } from './api.ts'

const againMs = 2_000

interface Codec<Message> {
  fromJSON(json: unknown): Message
}

export interface Live<Message> {
  /** The latest message. */
  readonly latest: Accessor<Message | undefined>
  /** Why nothing comes; undefined while messages come. */
  readonly problem: Accessor<unknown>
}

/** Follows server-sent events for as long as the owner lives, and begins again where they break off. */
export function live<Message>(path: string, codec: Codec<Message>): Live<Message> {
  const [latest, setLatest] = createSignal<Message>()
  const [problem, setProblem] = createSignal<unknown>()
  const ending = new AbortController()
  onCleanup(() => ending.abort())
  void follow()
  return { latest, problem }

  async function follow(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        for await (const data of eventsAt(path, ending.signal)) {
          const message = JSON.parse(data)
          // What fails after the first message is told in the last one.
          if (message.error !== undefined) throw new ApiError(message.error)
          setLatest(() => codec.fromJSON(message))
          setProblem(undefined)
        }
      } catch (error) {
        if (!ending.signal.aborted) setProblem(error)
      }
      await new Promise((resolve) => setTimeout(resolve, againMs))
    }
  }
}

/** With a header for the key, which `EventSource` has no place for. */
async function* eventsAt(path: string, signal: AbortSignal): AsyncGenerator<string> {
  const response = await fetch(path, { headers: { ...authorization(), accept: 'text/event-stream' }, signal })
  if (!response.ok || response.body === null) throw await refusal(response)
  let rest = ''
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split('\n\n')
    rest = parts.pop()!
    for (const part of parts) if (part.startsWith('data: ')) yield part.slice('data: '.length)
  }
}
