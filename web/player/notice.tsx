import { createSignal, type JSX, onCleanup, Show } from 'solid-js'

export interface Notices {
  readonly latest: () => Notice | undefined
  /** Shows and reads out a sentence for a while. */
  say(text: string, undo?: () => void): void
  clear(): void
}

interface Notice {
  readonly text: string
  readonly undo?: (() => void) | undefined
}

const shownMs = 4_000

export function createNotices(): Notices {
  const [latest, setLatest] = createSignal<Notice>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const clear = () => {
    clearTimeout(timer)
    setLatest()
  }
  onCleanup(clear)
  return {
    latest,
    clear,
    say(text, undo) {
      clear()
      setLatest({ text, undo })
      // What can be taken back is cleared by whoever knows when it can't be any more.
      if (undo === undefined) timer = setTimeout(clear, shownMs)
    },
  }
}

/** The latest notice; screen readers hear it without losing their place. */
export function NoticeBar(props: { notices: Notices }): JSX.Element {
  return (
    <div class="notice-bar">
      <p role="status">
        <Show when={props.notices.latest()}>{(notice) => <span>{notice().text}</span>}</Show>
      </p>
      <Show when={props.notices.latest()?.undo}>
        {(undo) => (
          <button type="button" class="text" onClick={() => undo()()}>
            Undo
          </button>
        )}
      </Show>
    </div>
  )
}
