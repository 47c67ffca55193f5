import { availableParallelism } from 'node:os'
import { median, type Comparison } from './measure.ts'
import { git } from './repository.ts'

/** One line of the table: what was measured, in which unit, and the most that the ratio (or ours) may be. */
export type Row = {
  what: string
  unit: 'ms' | 'MB' | 'kB'
  ours: number
  /** Absent where there is nothing to compare with; then the aim is for ours. */
  base?: number
  /** Absent where the figure is only told. */
  aim?: number
}

/** The row of what was measured in turns: medians. */
export const rowOf = (what: string, { ours, base }: Comparison, aim: number): Row => ({
  what,
  unit: 'ms',
  ours: median(ours),
  base: median(base),
  aim,
})

/** The table, in Markdown, its columns padded so that it reads well in a terminal too. */
export function tableOf(rows: Row[]): string {
  const cells = rows.map(({ what, unit, ours, base, aim }) => [
    what,
    `${amount(ours)} ${unit}`,
    base === undefined ? '' : `${amount(base)} ${unit}`,
    base === undefined ? '' : (ours / base).toFixed(2),
    ...aimOf({ unit, ours, base, aim }),
  ])
  const all = [['what', 'ours', 'base', 'ratio', 'aim', 'met'], ...cells]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  const lines = all.map(
    (row) => `| ${row.map((cell, column) => padded(cell, widths[column]!, column)).join(' | ')} |`,
  )
  const rule = widths.map((width, column) =>
    isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  )
  lines.splice(1, 0, `| ${rule.join(' | ')} |`)
  return lines.join('\n')
}

/** The machine as far as figures depend on it; nothing that names it. */
export async function machineOf(python: string, isolation: string): Promise<string> {
  const version = (await git('version')).replace('git version', '').trim()
  const day = new Date().toISOString().slice(0, 10)
  return `${availableParallelism()} cores, Node ${process.versions.node}, Python ${python}, git ${version}, isolation \`${isolation}\`; ${day}`
}

type Aim = Pick<Row, 'ours' | 'unit'> & { base: number | undefined; aim: number | undefined }

/** The aim and whether it is met; two empty cells where there is none. */
function aimOf({ unit, ours, base, aim }: Aim): [string, string] {
  if (aim === undefined) return ['', '']
  const [words, value] = base === undefined ? [`≤ ${aim} ${unit}`, ours] : [`≤ ${aim}`, ours / base]
  return [words, value <= aim ? 'yes' : '**no**']
}

const amount = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0))

const isNumber = (column: number) => column >= 1 && column <= 4

const padded = (cell: string, width: number, column: number) =>
  isNumber(column) ? cell.padStart(width) : cell.padEnd(width)
