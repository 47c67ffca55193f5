import type { Child, FC } from 'hono/jsx'
import type { DiffHunk, DiffLine, FileDiff } from '../../src/edit/index.ts'
import { visibleCode } from '../words.ts'
import { changedParts, type Part } from './diff-parts.ts'
import { Icon } from './icon.tsx'

type DiffProps = {
  files: FileDiff[]
  /** Files or lines were left out, because there were too many. */
  cut?: boolean
  /** What else leads on from a file, beside its name: the script's page, the file at this commit. */
  linksOf?: (file: FileDiff) => { href: string; name: string }[]
}

// A file with more changed lines than these is folded, so that the others are still found.
const MANY_LINES = 400
const MANY_FILES = 40

/** What changed, file by file: unified, with line numbers, and + and − as sign and colour. */
export const Diff: FC<DiffProps> = ({ files, cut, linksOf }) => (
  <div class="diff stack">
    <DiffSummary files={files} />
    {files.map((file, at) => (
      <FileSection
        file={file}
        id={`file-${at + 1}`}
        open={at < MANY_FILES && file.additions + file.deletions <= MANY_LINES}
        links={linksOf?.(file) ?? []}
      />
    ))}
    {cut && <p class="quiet">There is more than a page can show; git shows all of it.</p>}
  </div>
)

/** How much changed, and where, to jump to. */
const DiffSummary: FC<{ files: FileDiff[] }> = ({ files }) => {
  const sum = (key: 'additions' | 'deletions') => files.reduce((all, file) => all + file[key], 0)
  const words = files.length === 1 ? 'One file changed' : `${files.length || 'No'} files changed`
  return (
    <div class="diff-summary">
      <p>
        {words} <Counts additions={sum('additions')} deletions={sum('deletions')} />
      </p>
      {files.length > 1 && (
        <ul>
          {files.map((file, at) => (
            <li>
              <a class="mono" href={`#file-${at + 1}`}>
                <Path path={file.path} />
              </a>{' '}
              {file.status !== 'changed' && <span class="tag">{file.status}</span>}{' '}
              <Counts additions={file.additions} deletions={file.deletions} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

const Counts: FC<{ additions: number; deletions: number }> = ({ additions, deletions }) => (
  <span class="diff-counts">
    {additions > 0 && (
      <span class="plus">
        +{additions}
        <span class="unseen"> lines added</span>
      </span>
    )}{' '}
    {deletions > 0 && (
      <span class="minus">
        −{deletions}
        <span class="unseen"> lines removed</span>
      </span>
    )}
  </span>
)

type SectionProps = { file: FileDiff; id: string; open: boolean; links: { href: string; name: string }[] }

const FileSection: FC<SectionProps> = ({ file, id, open, links }) => (
  <section class="sheet flush diff-file" id={id} aria-label={visibleCode(file.path)}>
    <details open={open}>
      <summary>
        <Icon name="fold" />
        <h2 class="mono">
          {file.from !== undefined && (
            <>
              <Path path={file.from} /> <span class="quiet">→</span>{' '}
            </>
          )}
          <Path path={file.path} />
        </h2>
        {file.status !== 'changed' && <span class="tag">{file.status}</span>}
        <Counts additions={file.additions} deletions={file.deletions} />
      </summary>
      {links.length > 0 && (
        <p class="diff-links">
          {links.map(({ href, name }) => (
            <a href={href}>{name}</a>
          ))}
        </p>
      )}
      <Changes file={file} />
    </details>
  </section>
)

const Path: FC<{ path: string }> = ({ path }) => (
  <>
    {visibleCode(path)
      .split(/(?<=\/)/)
      .map((part, i) => (
        <>
          {i > 0 && <wbr />}
          {part}
        </>
      ))}
  </>
)

const Changes: FC<{ file: FileDiff }> = ({ file }) => {
  const { binary, hunks, status, cut, path } = file
  if (binary) return <p class="diff-note">It is no text, so its lines are not shown.</p>
  if (hunks.length === 0)
    return <p class="diff-note">{cut ? 'Too large to be shown here.' : EMPTY[status]}</p>
  return (
    <>
      <div class="diff-lines" tabindex={0} role="region" aria-label={`Lines of ${visibleCode(path)}`}>
        <div class="diff-grid">
          {hunks.map((hunk) => (
            <Lines hunk={hunk} />
          ))}
        </div>
      </div>
      {cut && <p class="diff-note">The rest of this file is too large to be shown here.</p>}
    </>
  )
}

const EMPTY: Record<FileDiff['status'], string> = {
  added: 'An empty file.',
  removed: 'It was empty.',
  renamed: 'Renamed, and not a line of it changed.',
  changed: 'Only its mode changed.',
}

const SIGNS = { same: ' ', added: '+', removed: '−' } as const

const Lines: FC<{ hunk: DiffHunk }> = ({ hunk: { header, lines } }) => {
  const parts = changedParts(lines)
  return (
    <>
      <div class="hunk">{visibleCode(header)}</div>
      {lines.map((line) => (
        <Line line={line} parts={parts.get(line)} />
      ))}
    </>
  )
}

const Line: FC<{ line: DiffLine; parts: Part[] | undefined }> = ({ line, parts }) => (
  <div class={line.kind}>
    <i>{line.before ?? ''}</i>
    <i>{line.after ?? ''}</i>
    <b>{SIGNS[line.kind]}</b>
    <code>{parts ? parts.map(partOf) : visibleCode(line.text)}</code>
    {line.noNewline && <em>no line end</em>}
  </div>
)

const partOf = ({ text, changed }: Part): Child =>
  changed ? <mark>{visibleCode(text)}</mark> : visibleCode(text)
