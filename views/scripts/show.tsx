import { raw } from 'hono/html'
import type { FC } from 'hono/jsx'
import type { Outlook } from '../../src/edit/index.ts'
import { LinkButton } from '../components/button.tsx'
import { Sheet } from '../components/sheet.tsx'
import type { RunRow } from '../runs/_table.tsx'
import { ScriptActivity } from './_activity.tsx'
import { ScriptFacts, type ScriptView } from './_facts.tsx'
import { ScriptLayout, type ScriptFrame } from './_frame.tsx'
import { scriptHref } from './_hrefs.ts'
import { NextMoments } from './_next.tsx'
import { Notices } from './_notices.tsx'
import { isRunnable } from './standing.ts'
import { RunForm, type RunFormProps } from './_run-form.tsx'
import type { TickView } from './_ticks.tsx'

export type ScriptProps = {
  frame: ScriptFrame
  script: ScriptView
  /** Absent while it is not valid. */
  outlook?: Outlook
  /** The newest ten or so. */
  runs: RunRow[]
  /** The newest ten or so, newest first. */
  ticks: TickView[]
  run: Omit<RunFormProps, 'script' | 'csrf'>
}

/** One script: what is wrong, what became of it, what it is for, when it runs. */
export const ScriptPage: FC<ScriptProps> = ({ frame, script, outlook, runs, ticks, run }) => {
  const { now, csrf } = frame.page
  return (
    <ScriptLayout frame={frame} tab="overview">
      <div class="stack">
        <Notices script={script} now={now} />
        <div class="grid">
          <div class="stack">
            <ScriptActivity slug={script.slug} runs={runs} ticks={ticks} now={now} />
            {script.readmeHtml !== undefined && (
              <Sheet title="README">
                {/* Sanitised where it was made of Markdown; nothing else may come here. */}
                <div class="prose">{raw(script.readmeHtml)}</div>
              </Sheet>
            )}
          </div>
          <div class="stack">
            {frame.may.run && isRunnable(script) && <RunForm script={script} csrf={csrf} {...run} />}
            {outlook && <NextMoments outlook={outlook} now={now} />}
            <ScriptFacts script={script} now={now} />
            {frame.may.edit && (
              <p>
                <LinkButton small kind="danger" href={`${scriptHref(script.slug)}/delete`} asks>
                  Delete this script …
                </LinkButton>
              </p>
            )}
          </div>
        </div>
      </div>
    </ScriptLayout>
  )
}
