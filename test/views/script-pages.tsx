import type { Child } from 'hono/jsx'
import { CommitsPage } from '../../views/commits/index.tsx'
import { CommitPage } from '../../views/commits/show.tsx'
import { ChangesPage } from '../../views/scripts/changes.tsx'
import { CodePage } from '../../views/scripts/code.tsx'
import { DeletePage } from '../../views/scripts/delete.tsx'
import { EnvironmentPage } from '../../views/scripts/environment.tsx'
import { GonePage } from '../../views/scripts/gone.tsx'
import { NewPage } from '../../views/scripts/new.tsx'
import { PausePage } from '../../views/scripts/pause.tsx'
import { ScriptRunsPage } from '../../views/scripts/runs.tsx'
import { ScriptPage } from '../../views/scripts/show.tsx'
import { TicksPage } from '../../views/scripts/ticks.tsx'
import { UploadPage } from '../../views/scripts/upload.tsx'
import * as sample from './samples.ts'
import * as scripts from './script-samples.ts'

/** The pages of one script and of commits, typical and empty, by name. */
export function scriptPages(through: <T>(props: T) => T): Record<string, Child> {
  const s = through(sample)
  const { frame, pausedFrame, invalidFrame, readFrame, ...more } = through(scripts)
  // A name is checked before it becomes a field.
  const fields = more.fields.map((field, i) => ({ ...field, name: scripts.fields[i]!.name }))
  const list = { frame, fragmentHref: '/x', nextHref: '/y?cursor=1', firstHref: '/y' }
  const page = through(sample.page({ active: 'commits' }))
  const { file: _, ...unread } = more.code
  return {
    script: (
      <ScriptPage
        frame={frame}
        script={s.scriptView}
        outlook={more.outlook}
        runs={s.runRows.slice(2)}
        ticks={s.ticks}
        run={{ fields, schema: through('{"type": "object"}') }}
      />
    ),
    'script-read': (
      <ScriptPage frame={readFrame} script={s.scriptView} runs={[]} ticks={[]} run={{ fields: [] }} />
    ),
    'script-paused': (
      <ScriptPage
        frame={pausedFrame}
        script={{
          ...s.scriptView,
          ...s.scriptRows[4]!,
          gate: true,
          environment: through({ key: 'ab', state: 'failed', message: 'no version of pandsa satisfies >=2' }),
        }}
        outlook={{ words: [], next: [] }}
        runs={[]}
        ticks={[]}
        run={through({
          fields: [],
          json: '{"a": ',
          error: 'this is not JSON: it ends too early',
          force: true,
        })}
      />
    ),
    'script-invalid': (
      <ScriptPage
        frame={invalidFrame}
        script={{ ...invalidFrame.script, committedAt: sample.NOW }}
        runs={[]}
        ticks={[]}
        run={{ fields: [] }}
      />
    ),
    code: <CodePage frame={frame} {...more.code} />,
    'code-past': <CodePage frame={frame} {...more.code} past />,
    'code-none': <CodePage frame={readFrame} {...unread} missing={through('old.py')} />,
    'code-binary': <CodePage frame={frame} {...more.code} file={through({ path: 'a.bin', size: 9 })} />,
    'script-runs': (
      <ScriptRunsPage {...list} rows={s.runRows.slice(2)} filter={through({ from: '2026-11-01' })} />
    ),
    'script-runs-none': <ScriptRunsPage {...list} rows={[]} filter={{ state: 'failed' }} />,
    'script-runs-empty': <ScriptRunsPage {...list} rows={[]} filter={{}} />,
    ticks: <TicksPage {...list} ticks={s.ticks} filter={{}} />,
    'ticks-none': <TicksPage {...list} ticks={[]} filter={{ outcome: 'missed' }} />,
    'ticks-empty': <TicksPage {...list} ticks={[]} filter={{}} />,
    changes: <ChangesPage frame={frame} rows={more.changes} nextHref="/y?cursor=1" fragmentHref="/_y" />,
    environment: <EnvironmentPage frame={frame} environment={more.environment} />,
    'environment-failed': (
      <EnvironmentPage
        frame={frame}
        environment={{ ...more.environment, state: 'failed', message: through('no pandsa'), packages: [] }}
      />
    ),
    'environment-none': <EnvironmentPage frame={frame} />,
    'environment-hidden': <EnvironmentPage frame={frame} hidden />,
    pause: <PausePage page={page} slug={through('a.b')} errors={through({ reason: 'say why' })} />,
    delete: (
      <DeletePage page={page} files={3} {...through({ slug: 'a.b', typed: 'a', errors: { slug: 'no' } })} />
    ),
    gone: (
      <GonePage
        page={page}
        {...through({
          slug: 'a.b',
          similar: ['c.b', 'a.c'],
          last: { ...more.commitRows[0]!, before: 'ab12' },
        })}
        may={{ create: true }}
      />
    ),
    'gone-never': <GonePage page={page} slug="a.b" similar={[]} may={{ create: true }} />,
    new: <NewPage page={page} {...more.newScript} />,
    'new-refused': (
      <NewPage
        page={page}
        {...more.newScript}
        errors={through({ slug: 'no slug', main: 'line 3: no', cron: 'no', whole: 'no', trigger: 'no' })}
      />
    ),
    upload: <UploadPage page={page} slug="" message="" errors={{}} />,
    'upload-refused': (
      <UploadPage
        page={page}
        {...through({ slug: 'a', message: 'b' })}
        errors={{ whole: 'These files are no script yet', problems: s.scriptRows[5]!.problems }}
      />
    ),
    commits: (
      <CommitsPage
        fragmentHref="/commits/_list"
        page={page}
        rows={more.commitRows}
        filter={{}}
        slugs={through(['a', 'b'])}
        nextHref="/commits?cursor=1"
      />
    ),
    'commits-none': (
      <CommitsPage
        page={page}
        fragmentHref="/commits/_list"
        rows={[]}
        slugs={[]}
        filter={through({ script: 'a' })}
      />
    ),
    commit: (
      <CommitPage
        page={page}
        commit={more.commit}
        files={more.files}
        cut
        linksOf={() => through([{ href: '/scripts/a', name: 'a' }])}
        runs={s.runRows}
      />
    ),
  }
}
