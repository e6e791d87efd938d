import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'

export interface TableColumn<Row> {
  readonly name: string
  /** What the numbers count: told above the table, and on the head where somebody points at it. */
  readonly about?: string
  readonly cell: (row: Row) => JSX.Element
  /** Sorts by this where the head is pressed; numbers stand to the right. */
  readonly sort?: (row: Row) => number | string
}

/** Rows that can be sorted by what their columns allow. */
export function Table<Row>(props: {
  caption: string
  columns: readonly TableColumn<Row>[]
  rows: readonly Row[]
  empty?: string
}): JSX.Element {
  const [order, setOrder] = createSignal<{ column: number; falling: boolean }>()
  const sorted = createMemo(() => {
    const { column, falling } = order() ?? {}
    const key = column === undefined ? undefined : props.columns[column]?.sort
    if (key === undefined) return props.rows
    const sign = falling ? -1 : 1
    return props.rows.toSorted((a, b) => sign * compare(key(a), key(b)))
  })
  const told = () => props.columns.filter(({ about }) => about !== undefined)
  const press = (column: number) => setOrder((was) => ({ column, falling: was?.column === column ? !was.falling : true }))
  const direction = (column: number) => (order()?.column !== column ? 'none' : order()!.falling ? 'descending' : 'ascending')
  const isNumber = (column: TableColumn<Row>) => props.rows[0] !== undefined && typeof column.sort?.(props.rows[0]) === 'number'
  return (
    <section class="table" tabindex="0" aria-label={props.caption}>
      <table>
        <caption>
          {props.caption}
          <Show when={told().length > 0}>
            <details>
              <summary>What the columns say</summary>
              <dl class="pairs">
                <For each={told()}>
                  {({ about, name }) => (
                    <>
                      <dt>{name}</dt>
                      <dd>{about}</dd>
                    </>
                  )}
                </For>
              </dl>
            </details>
          </Show>
        </caption>
        <thead>
          <tr>
            <For each={props.columns}>
              {(column, at) => (
                <th
                  scope="col"
                  classList={{ number: isNumber(column) }}
                  aria-sort={column.sort ? direction(at()) : undefined}
                  title={column.about}
                >
                  {column.sort ? (
                    <button type="button" class="plain" onClick={() => press(at())}>
                      {column.name}
                    </button>
                  ) : (
                    column.name
                  )}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For
            each={sorted()}
            fallback={
              <tr>
                <td colSpan={props.columns.length} class="quiet">
                  {props.empty ?? 'Nothing yet.'}
                </td>
              </tr>
            }
          >
            {(row) => (
              <tr>
                <For each={props.columns}>{(column) => <td classList={{ number: isNumber(column) }}>{column.cell(row)}</td>}</For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  )
}

function compare(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b))
}
