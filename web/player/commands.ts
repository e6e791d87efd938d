import { captioned, setCaptioned } from './captions.ts'
import type { Entry } from './entry.ts'
import { muted, setMuted } from './page-state.ts'
import type { Session } from './session.ts'

/** Something that a key does. */
export interface Command {
  /** As `KeyboardEvent.key` gives them; the first is shown. */
  readonly keys: readonly string[]
  readonly says: string
  run(session: Session): void
}

const about = (act: (session: Session, entry: Entry) => void) => (session: Session) => {
  const entry = session.feed.current()
  if (entry && entry.hidden() === undefined) act(session, entry)
}

export const commands: readonly Command[] = [
  { keys: ['ArrowDown', 'j', 'PageDown'], says: 'Next video', run: (session) => session.goTo(session.feed.active() + 1, true) },
  { keys: ['ArrowUp', 'k', 'PageUp'], says: 'Previous video', run: (session) => session.goTo(session.feed.active() - 1, true) },
  { keys: [' '], says: 'Pause or play', run: (session) => session.setPaused(!session.paused()) },
  { keys: ['m'], says: 'Sound on or off', run: () => setMuted(!muted()) },
  { keys: ['l'], says: 'Like', run: about(({ reactions }, entry) => reactions.like(entry)) },
  { keys: ['x'], says: 'Not interested', run: about(({ reactions }, entry) => reactions.refuse(entry)) },
  { keys: ['c'], says: 'Comment', run: about(({ open }, entry) => open({ kind: 'comment', entry })) },
  { keys: ['s'], says: 'Share', run: about(({ reactions }, entry) => void reactions.share(entry)) },
  { keys: ['f'], says: 'Follow the creator', run: about(({ reactions }, entry) => reactions.follow(entry)) },
  { keys: ['u'], says: 'Undo', run: ({ reactions }) => reactions.undo() },
  { keys: ['w'], says: 'Why this video?', run: about(({ open }, entry) => open({ kind: 'why', entry })) },
  { keys: ['r'], says: 'Report', run: about(({ open }, entry) => open({ kind: 'report', entry })) },
  { keys: ['v'], says: 'Captions on or off', run: () => setCaptioned(!captioned()) },
  { keys: ['p'], says: 'Watch as somebody else', run: ({ open }) => open({ kind: 'person' }) },
  { keys: ['?'], says: 'Show the keys', run: ({ open }) => open({ kind: 'keys' }) },
]

const shownAs: Readonly<Record<string, string>> = { ArrowDown: '↓', ArrowUp: '↑', ' ': 'Space' }

export const keyName = ({ keys: [key] }: Command): string => shownAs[key!] ?? key!.toUpperCase()

/** What a key stands for, unless it is meant for what has the focus. */
export function commandOf(event: KeyboardEvent): Command | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector('dialog[open]')) return undefined
  const at = event.target as Element
  if (at.closest('input, textarea, select') || (event.key === ' ' && at.closest('button, a'))) return undefined
  return commands.find(({ keys }) => keys.includes(event.key))
}
