import { type JSX, Show } from 'solid-js'
import { commands } from '../commands.ts'
import { KeyList } from '../key-hints.tsx'
import { creatorName } from '../names.ts'
import type { Session, Sheet as SheetOf } from '../session.ts'
import { MoreSheet } from './more-sheet.tsx'
import { PersonSheet } from './person-sheet.tsx'
import { ReportSheet } from './report-sheet.tsx'
import { Sheet } from './sheet.tsx'
import { WhySheet } from './why-sheet.tsx'

/** The dialog that is open, if one is. */
export function OpenSheet(props: { session: Session }): JSX.Element {
  return (
    <Show when={props.session.sheet()} keyed>
      {(sheet) => contentOf(sheet, props.session)}
    </Show>
  )
}

function contentOf(sheet: SheetOf, session: Session): JSX.Element {
  const { open, reactions, vireo } = session
  const close = () => session.sheet() === sheet && open(undefined)
  switch (sheet.kind) {
    case 'more':
      return <MoreSheet session={session} entry={sheet.entry} close={close} />
    case 'why':
      return <WhySheet userid={vireo.userid} result={sheet.entry.result} close={close} />
    case 'report':
      return <ReportSheet report={(reason) => reactions.report(sheet.entry, reason)} close={close} />
    case 'person':
      return <PersonSheet userid={vireo.userid} close={close} />
    case 'keys':
      return (
        <Sheet title="Keys" close={close}>
          <KeyList shown={commands.length} />
        </Sheet>
      )
    case 'comment':
      return (
        <Question
          title="Comments"
          text="Comments are kept by your app; Vireo only learns that there was one. Count one for this video?"
          yes="Count a comment"
          act={() => reactions.comment(sheet.entry)}
          close={close}
        />
      )
    case 'block': {
      const name = creatorName(sheet.entry.result.creatorId)
      return (
        <Question
          title={`Block ${name}?`}
          text="You will not be shown their videos any more. This can’t be taken back here."
          yes="Block"
          act={() => reactions.block(sheet.entry)}
          close={close}
        />
      )
    }
  }
}

interface QuestionProps {
  readonly title: string
  readonly text: string
  readonly yes: string
  readonly act: () => void
  readonly close: () => void
}

function Question(props: QuestionProps): JSX.Element {
  const agree = () => {
    props.close()
    props.act()
  }
  return (
    <Sheet title={props.title} close={props.close}>
      <p>{props.text}</p>
      <div class="answers">
        <button type="button" onClick={agree}>
          {props.yes}
        </button>
        <button type="button" class="text" onClick={() => props.close()}>
          Cancel
        </button>
      </div>
    </Sheet>
  )
}
