import type { Child } from 'hono/jsx'

/**
 * `card`: where the cell goes when a row becomes a card on a phone (first line left and right, second line left and
 * right, a line of its own); a cell without a place is left out there.
 */
export type Column<Row> = {
  name: string
  cell: (row: Row) => Child
  card?: 'lead' | 'end' | 'body' | 'act' | 'more'
  number?: boolean
  /** Takes a good part of the width; `roomy`: not squeezed below a few words, and left out on a tablet. */
  grow?: boolean
  roomy?: boolean
  /** Left out on all but a desk's width; `spare`: on all but a wide one. */
  desk?: boolean
  spare?: boolean
  /** The name is for screen readers only. */
  silent?: boolean
}

type Props<Row> = {
  caption: string
  columns: Column<Row>[]
  rows: Row[]
  idOf?: (row: Row) => string
  classOf?: (row: Row) => string | undefined
}

/** Dense rows, which become cards on a phone. The roles keep it a table there for screen readers too. */
export function Table<Row>({ caption, columns, rows, idOf, classOf }: Props<Row>) {
  return (
    <div class="table">
      <table role="table">
        <caption class="unseen">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th role="columnheader" scope="col" class={classesOf(column)}>
                {column.silent ? <span class="unseen">{column.name}</span> : column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr role="row" id={idOf?.(row)} class={classOf?.(row)}>
              {columns.map((column) => (
                <td role="cell" class={classesOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function classesOf<Row>({ card, number, grow, roomy, desk, spare }: Column<Row>): string {
  return [
    card ? `card-${card}` : 'wide',
    number && 'num',
    grow && 'grow',
    roomy && 'roomy',
    desk && 'desk',
    spare && 'spare',
  ]
    .filter(Boolean)
    .join(' ')
}
