import { type JSX, onMount } from 'solid-js'
import { Icon } from '../icon.tsx'

interface SheetProps {
  readonly title: string
  readonly close: () => void
  readonly children: JSX.Element
}

/** A dialog: at the bottom of a phone, in the middle elsewhere. Escape and a click beside it close it. */
export function Sheet(props: SheetProps): JSX.Element {
  let dialog!: HTMLDialogElement
  onMount(() => dialog.showModal())
  const onClick = (event: MouseEvent) => event.target === dialog && dialog.close()
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same by itself.
    <dialog ref={dialog} class="sheet" aria-labelledby="sheet-title" onClose={() => props.close()} onClick={onClick}>
      <div class="inside">
        <header>
          <h2 id="sheet-title">{props.title}</h2>
          <button type="button" class="round" aria-label="Close" onClick={() => dialog.close()}>
            <Icon name="close" />
          </button>
        </header>
        {props.children}
      </div>
    </dialog>
  )
}
