import type { Child, FC } from 'hono/jsx'
import { visibleCode } from '../words.ts'
import { CopyButton } from './button.tsx'

type CodeProps = {
  /** What it is: a path. */
  label: string
  /** Its lines, as text, or drawn already (highlighted). */
  lines: (string | Child)[]
  /** The number of the first line. */
  first?: number
  /** Before the ids of the lines, where several blocks stand on a page. */
  prefix?: string
}

/** Code with numbered lines that can be linked to (`#L12`); what hides in text is made visible. */
export const Code: FC<CodeProps> = ({ label, lines, first = 1, prefix = '' }) => (
  <div class="code" tabindex={0} role="region" aria-label={label}>
    {lines.map((line, i) => (
      <div id={`${prefix}L${first + i}`}>
        <a href={`#${prefix}L${first + i}`} tabindex={-1}>
          {first + i}
        </a>
        <code>{typeof line === 'string' ? visibleCode(line) : line}</code>
      </div>
    ))}
  </div>
)

/** The lines of a file, without the end of the last. */
export const linesOf = (text: string): string[] => text.replace(/\r?\n$/, '').split(/\r?\n/)

/** Commands or JSON to read and to take along. */
export const Snippet: FC<{ text: string; copy?: boolean; label?: string }> = ({ text, copy, label }) => (
  <div class="snippet">
    <pre class="block" tabindex={0} role="region" aria-label={label ?? 'Text'}>
      {text}
    </pre>
    {copy && <CopyButton text={text} />}
  </div>
)
