import type { FC } from 'hono/jsx'
import { visibleCode } from '../words.ts'

/** A piece of a line and what it is: `keyword`, `string`, … */
export type CodePiece = { text: string; kind?: string }
export type CodeLine = CodePiece[]

/** One line of code, in the colours of its pieces; what hides in it is made visible. */
export const CodeWords: FC<{ line: CodeLine }> = ({ line }) => (
  <>
    {line.map(({ text, kind }) => (kind ? <span class={kind}>{visibleCode(text)}</span> : visibleCode(text)))}
  </>
)
