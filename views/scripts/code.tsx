import type { FC } from 'hono/jsx'
import { formatSize } from '../../src/base/index.ts'
import { Alert } from '../components/alert.tsx'
import { LinkButton } from '../components/button.tsx'
import { Code } from '../components/code.tsx'
import { CommitLink } from '../components/commit.tsx'
import { Empty } from '../components/empty.tsx'
import { Icon } from '../components/icon.tsx'
import { Sheet } from '../components/sheet.tsx'
import { Time } from '../components/time.tsx'
import { visibleCode } from '../words.ts'
import { CodeWords, type CodeLine } from './_code.tsx'
import type { FileEntry } from './_facts.tsx'
import { ScriptLayout, type ScriptFrame } from './_frame.tsx'
import { codeHref, editHref, rawHref } from './_hrefs.ts'

export type CodeProps = {
  frame: ScriptFrame
  files: FileEntry[]
  /** The commit whose files these are: the script's last, or another that was asked for. */
  commit: { id: string; at: number; subject: string }
  /** It is not head's: nothing of it can be edited. */
  past: boolean
  /** The file shown; without lines it is not readable as text. */
  file?: { path: string; size: number; lines?: CodeLine[] }
  /** The path that was asked for, where there is no such file. */
  missing?: string
}

/** The files of a script, one of them open. */
export const CodePage: FC<CodeProps> = ({ frame, files, commit, past, file, missing }) => {
  const { slug } = frame.script
  const at = past ? commit.id : undefined
  return (
    <ScriptLayout frame={frame} tab="code">
      <div class="stack">
        {past && (
          <Alert tone="note" icon="clock" actions={<a href={codeHref(slug, file?.path ?? '')}>See head</a>}>
            As it was at <CommitLink id={commit.id} />, {commit.subject},{' '}
            <Time at={commit.at} now={frame.page.now} />.
          </Alert>
        )}
        <div class="code-grid">
          <Sheet flush title={files.length === 1 ? 'One file' : `${files.length} files`}>
            <ul class="list files">
              {files.map(({ path, size }) => (
                <li>
                  <a
                    href={codeHref(slug, path, { commit: at })}
                    aria-current={path === file?.path ? 'true' : undefined}
                  >
                    <Icon name="file" />
                    <span>{visibleCode(path)}</span>
                  </a>
                  <span class="end">{formatSize(size)}</span>
                </li>
              ))}
            </ul>
            {!past && (
              <p class="log-note">
                <CommitLink id={commit.id} /> <Time at={commit.at} now={frame.page.now} />
              </p>
            )}
          </Sheet>
          {file ? (
            <File frame={frame} file={file} commit={at} />
          ) : (
            <Empty title={missing === undefined ? 'Choose a file' : 'There is no such file here'}>
              {missing !== undefined && (
                <p>
                  <span class="mono">{visibleCode(missing)}</span> may have been renamed or removed, or be of
                  another commit.
                </p>
              )}
            </Empty>
          )}
        </div>
      </div>
    </ScriptLayout>
  )
}

type FileProps = { frame: ScriptFrame; file: NonNullable<CodeProps['file']>; commit: string | undefined }

const File: FC<FileProps> = ({ frame, file: { path, size, lines }, commit }) => {
  const { slug } = frame.script
  return (
    <Sheet
      flush
      title={visibleCode(path)}
      aside={
        <span class="buttons">
          <span class="quiet">
            {lines && `${lines.length === 1 ? 'one line' : `${lines.length} lines`}, `}
            {formatSize(size)}
          </span>
          <LinkButton
            small
            icon="download"
            href={rawHref(slug, path, commit)}
            download
            label={`Download ${visibleCode(path)}`}
          >
            Download
          </LinkButton>
          {frame.may.edit && commit === undefined && lines && (
            <LinkButton small href={editHref(slug, path)} label={`Edit ${visibleCode(path)}`}>
              Edit
            </LinkButton>
          )}
        </span>
      }
    >
      {lines === undefined ? (
        isImage(path) ? (
          <p class="picture">
            <img src={rawHref(slug, path, commit)} alt={visibleCode(path)} />
          </p>
        ) : (
          <Empty title="This file is not text" />
        )
      ) : size === 0 ? (
        <Empty title="This file is empty" />
      ) : (
        <Code
          label={visibleCode(path)}
          lines={lines.map((line) => (
            <CodeWords line={line} />
          ))}
        />
      )}
    </Sheet>
  )
}

const isImage = (path: string) => /\.(png|jpe?g|gif|webp)$/i.test(path)
