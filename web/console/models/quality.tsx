import type { JSX } from 'solid-js'
import type { Model } from '../../generated/vireo/v1/admin.ts'
import { count, number, time } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { meaningOf } from './tasks.ts'

const aucName = /^ranker\.(\w+)\.auc\.(\w+)$/

/** What a version said of itself when it was made. */
export function Quality(props: { model: Model }): JSX.Element {
  const aucs = () => Object.entries(props.model.metrics).flatMap(([name, value]) => (aucName.test(name) ? [{ name, value }] : []))
  const kinds = () => [...new Set(aucs().map(({ name }) => aucName.exec(name)![1]!))]
  const tasks = () => [...new Set(aucs().map(({ name }) => aucName.exec(name)![2]!))]
  const others = () => Object.entries(props.model.metrics).flatMap(([name, value]) => (aucName.test(name) ? [] : [{ name, value }]))
  const auc = (kind: string, task: string) => props.model.metrics[`ranker.${kind}.auc.${task}`]
  const interval = (name: string) => {
    const found = props.model.intervals[name]
    return found === undefined ? 'not measured' : `${number(found.low)} to ${number(found.high)}`
  }
  return (
    <section class="part">
      <h2>{props.model.version}: figures of its training</h2>
      <p class="quiet">
        {props.model.judgedFrom
          ? `Of a twin that was trained on the same samples but those after ${time(props.model.judgedFrom)}, and judged by these ${count(Number(props.model.judgedRows))}.`
          : 'Of the model itself, as its training judged it.'}{' '}
        {props.model.intervalsMeasured
          ? 'Intervals of 95 % come of drawing people anew, 300 times.'
          : 'Its training measured no interval. Those of areas are estimated as if samples did not depend on each other (Hanley and McNeil, 1982): people with many make them wider.'}
      </p>
      <div class="grid wide">
        <div class="part">
          <Table
            caption="The ranker: area under the curve (0.5 is chance, 1 perfect)"
            rows={tasks()}
            empty="Its manifest has none."
            columns={[
              { name: 'Task', cell: (task) => <span title={meaningOf(task)}>{task}</span>, sort: (task) => task },
              ...kinds().map((kind, at) => ({
                name: kind,
                about: kind === 'pruned' ? 'With half of the weights pruned' : `With numbers in ${kind}`,
                cell: (task: string) => (auc(kind, task) === undefined ? '–' : number(auc(kind, task)!)),
                sort: (task: string) => auc(kind, task) ?? -at,
              })),
              {
                name: '95 %',
                about: `Interval of ${kinds()[0]}${props.model.intervalsMeasured ? '' : ', estimated'}`,
                cell: (task) => interval(`ranker.${kinds()[0]}.auc.${task}`),
              },
            ]}
          />
          <Table
            caption="Other figures"
            rows={others()}
            empty="Its manifest has none."
            columns={[
              { name: 'Figure', cell: ({ name }) => <code>{name}</code>, sort: ({ name }) => name },
              { name: 'What it says', cell: ({ name }) => aboutFigure(name) },
              { name: 'Value', cell: ({ value }) => number(value), sort: ({ value }) => value },
              { name: '95 %', about: 'Interval', cell: ({ name }) => <span class="unbroken">{interval(name)}</span> },
            ]}
          />
        </div>
        <Table
          caption="What it predicts"
          rows={props.model.tasks}
          empty="It has no ranker."
          columns={[
            { name: 'Task', cell: ({ name }) => <span title={meaningOf(name)}>{name}</span>, sort: ({ name }) => name },
            {
              name: 'Positives',
              about: 'Samples of training with this outcome',
              cell: ({ positives }) => count(Number(positives)),
              sort: ({ positives }) => Number(positives),
            },
            {
              name: 'Weight',
              about: 'In the value of a video; 0 where it does not count',
              cell: ({ weight }) => number(weight),
              sort: ({ weight }) => weight,
            },
          ]}
        />
      </div>
    </section>
  )
}

function aboutFigure(name: string): string {
  const [, measure, most] = /^retrieval\.(\w+)@(\d+)$/.exec(name) ?? []
  if (measure === 'recall') return `Share of what was watched that is among the first ${count(Number(most))} found`
  if (measure === 'ndcg') return `Order of the first ${count(Number(most))} found: 1 is perfect`
  return ''
}
