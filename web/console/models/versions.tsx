import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import type { ListModelsResponse, Model } from '../../generated/vireo/v1/admin.ts'
import { bytes, count, time } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'

export type Change = { readonly kind: 'use'; readonly version: string } | { readonly kind: 'rollback' }

/** The versions of the registry, what each was trained on, and which serves. */
export function Versions(props: {
  list: ListModelsResponse
  shown: string
  hrefOf: (version: string) => string
  ask: (change: Change) => void
}): JSX.Element {
  const chosen = () => props.list.chosen
  return (
    <section class="part">
      <div class="row spread">
        <h2>Versions</h2>
        <button type="button" class="second" disabled={chosen() === ''} onClick={() => props.ask({ kind: 'rollback' })}>
          Roll back
        </button>
      </div>
      <Show
        when={props.list.models.some(({ serves }) => serves)}
        fallback={
          <p class="warn">
            None serves: the feed ranks without a model. The setting <code>models.enabled</code> is off, there is none, or{' '}
            {chosen() || 'the newest'} could not be loaded, which the log of the server says.
          </p>
        }
      >
        <p class="quiet">
          {chosen() === ''
            ? 'None was chosen, so the newest that can be read serves, and there is nothing to roll back to.'
            : `${chosen()} was chosen, and serves after a restart too.`}
        </p>
      </Show>
      <Table
        caption="Versions in the registry, the newest first"
        rows={props.list.models}
        empty="The registry has no model of this name: the feed ranks without one. `vireo train` makes one."
        columns={[
          {
            name: 'Version',
            cell: ({ problem, version }) =>
              problem !== '' ? (
                version
              ) : (
                <A class="unbroken" href={props.hrefOf(version)} noScroll aria-current={version === props.shown ? 'true' : undefined}>
                  {version}
                </A>
              ),
            sort: ({ version }) => version,
          },
          { name: 'State', cell: (model) => <State model={model} chosen={chosen()} /> },
          { name: 'Made', cell: ({ created }) => (created ? time(created) : '–'), sort: ({ created }) => created ?? '' },
          {
            name: 'Trained on',
            about: 'The time of the samples',
            cell: ({ trainedFrom, trainedUntil }) => (trainedFrom && trainedUntil ? `${time(trainedFrom)} to ${time(trainedUntil)}` : '–'),
          },
          {
            name: 'Samples',
            about: 'Samples that it was trained on: a video that was displayed, with what came of it',
            cell: ({ problem, trainingRows }) => (problem === '' ? count(Number(trainingRows)) : '–'),
            sort: ({ trainingRows }) => Number(trainingRows),
          },
          {
            name: 'Size',
            about: 'Of all its files',
            cell: (model) => (model.problem === '' ? bytes(Number(model.bytes)) : '–'),
            sort: (model) => Number(model.bytes),
          },
          {
            name: 'Change',
            cell: ({ problem, serves, version }) => (
              <Show when={problem === '' && !(serves && chosen() === version)}>
                <button type="button" class="plain link" onClick={() => props.ask({ kind: 'use', version })}>
                  Use <span class="spoken">{version}</span>
                </button>
              </Show>
            ),
          },
        ]}
      />
    </section>
  )
}

function State(props: { model: Model; chosen: string }): JSX.Element {
  if (props.model.problem !== '') return <span class="bad">Can't be read: {props.model.problem}</span>
  const words = [props.model.serves ? 'serves' : '', props.model.version === props.chosen ? 'chosen' : ''].filter((word) => word !== '')
  return <span classList={{ good: props.model.serves }}>{words.join(', ') || 'ready'}</span>
}
