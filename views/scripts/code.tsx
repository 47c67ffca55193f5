import type { FC } from 'hono/jsx'
import { formatSize, type Problem } from '../../src/base/index.ts'
import { Code, linesOf } from '../components/code.tsx'
import { CommitId } from '../components/commit.tsx'
import { Empty } from '../components/empty.tsx'
import { Icon } from '../components/icon.tsx'
import { Sheet } from '../components/sheet.tsx'
import { Time } from '../components/time.tsx'
import { Layout, type Page } from '../layout.tsx'
import type { FileEntry } from './_facts.tsx'
import { ScriptHead } from './_head.tsx'
import { scriptHref, type ScriptRow } from './_table.tsx'

export type CodeProps = {
  page: Page
  script: ScriptRow & { committedAt: number; files: FileEntry[] }
  /** The file shown; without a text it is not readable as such. */
  file?: { path: string; size: number; text?: string }
}

/** The files of a script at head, one of them open. */
export const CodePage: FC<CodeProps> = ({ page, script, file }) => (
  <Layout page={page}>
    <ScriptHead script={script} files={script.files.length} now={page.now} current="code" />
    <div class="code-grid">
      <Sheet flush title="Files">
        <ul class="list files">
          {script.files.map(({ path, size }) => (
            <li>
              <a href={codeHref(script.slug, path)} aria-current={path === file?.path ? 'true' : undefined}>
                <Icon name="file" />
                <span>{path}</span>
              </a>
              <span class="end">{formatSize(size)}</span>
            </li>
          ))}
        </ul>
        <p class="log-note">
          <CommitId id={script.commit} /> <Time at={script.committedAt} now={page.now} />
        </p>
      </Sheet>
      {file ? <File file={file} /> : <Empty title="Choose a file" />}
    </div>
  </Layout>
)

const File: FC<{ file: NonNullable<CodeProps['file']> }> = ({ file: { path, size, text } }) => (
  <Sheet flush title={path} aside={<span class="quiet">{formatSize(size)}</span>}>
    {text === undefined ? (
      <Empty title="This file is not text" />
    ) : text === '' ? (
      <Empty title="This file is empty" />
    ) : (
      <Code label={path} lines={linesOf(text)} />
    )}
  </Sheet>
)

/** Where a file of the script is read; `path` is within its folder. */
export const codeHref = (slug: string, path: string, line?: number): string =>
  `${scriptHref(slug)}/code?path=${encodeURIComponent(path)}${line === undefined ? '' : `#L${line}`}`

/** Where a problem's place is read, if it is in the script's own files: problems are told from the repository's root. */
export function problemHref(slug: string, { path, line }: Problem): string | undefined {
  const place = `scripts/${slug.replaceAll('.', '/')}`
  if (path === `${place}.py`) return codeHref(slug, path.slice(path.lastIndexOf('/') + 1), line)
  return path.startsWith(`${place}/`) ? codeHref(slug, path.slice(place.length + 1), line) : undefined
}
