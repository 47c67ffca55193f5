import { Hono, type Context } from 'hono'
import { AppError } from '../../../base/index.ts'
import { assertCan } from '../../../access/index.ts'
import { DeletePage, type DeleteProps } from '../../../../views/scripts/delete.tsx'
import { PausePage, type PauseProps } from '../../../../views/scripts/pause.tsx'
import { commitHref } from '../../../../views/components/commit.tsx'
import { scriptHref } from '../../../../views/scripts/_hrefs.ts'
import { relativeTime } from '../../../../views/words.ts'
import type { Notice } from '../../../../views/components/toast.tsx'
import type { Doors } from '../../doors.ts'
import { STATUS } from '../../errors.ts'
import { actorOf, type Env } from '../../identity.ts'
import { done } from '../flash.ts'
import { backOr, formOf, pageOf, safeNext } from '../page.ts'
import type { Frames } from './frame.ts'

/** Pausing, resuming and deleting a script; each is a commit, and says so. */
export function actionPages(doors: Doors, version: string, frames: Frames): Hono<Env> {
  const { edits } = doors
  return new Hono<Env>()
    .get('/scripts/:slug/pause', async (c) =>
      c.html(<PausePage {...await pauseAsked(c, c.req.query('next'))} />),
    )
    .post('/scripts/:slug/pause', async (c) => {
      const actor = actorOf(c)
      const { reason = '', until = '', next } = await formOf(c, actor, doors)
      const { slug } = c.req.param()
      try {
        const { commit } = await edits.pause(actor, slug, { reason, ...endOf(until) })
        return done(c, doors, backOr(next, scriptHref(slug)), said(`${slug} is paused`, commit))
      } catch (error) {
        const { code, errors } = refusal(error, ['reason', 'until'])
        return c.html(
          <PausePage {...await pauseAsked(c, next)} reason={reason} until={until} errors={errors} />,
          code,
        )
      }
    })
    .post('/scripts/:slug/resume', async (c) => {
      const actor = actorOf(c)
      const { next } = await formOf(c, actor, doors)
      const { slug } = c.req.param()
      const { commit } = await edits.resume(actor, slug)
      return done(c, doors, backOr(next, scriptHref(slug)), said(`${slug} goes on${nextWords(slug)}`, commit))
    })
    .get('/scripts/:slug/delete', async (c) => c.html(<DeletePage {...await deleteAsked(c)} />))
    .post('/scripts/:slug/delete', async (c) => {
      const actor = actorOf(c)
      const { slug: typed = '' } = await formOf(c, actor, doors)
      const { slug } = c.req.param()
      try {
        if (typed.trim() !== slug) throw notTheSlug(slug)
        const { commit } = await edits.remove(actor, slug)
        return done(c, doors, '/scripts', said(`${slug} is deleted`, commit))
      } catch (error) {
        const { code, errors } = refusal(error, ['slug'])
        return c.html(<DeletePage {...await deleteAsked(c)} typed={typed} errors={errors} />, code)
      }
    })

  async function pauseAsked(c: Context<Env>, next: string | undefined): Promise<PauseProps> {
    const { actor, entry } = await frames.found(c)
    assertCan(actor, 'script.pause', entry.slug)
    const back = next ? { next: safeNext(next) } : {}
    return { page: page(c, `Pause ${entry.slug}`), slug: entry.slug, ...back }
  }

  async function deleteAsked(c: Context<Env>): Promise<DeleteProps> {
    const { actor, entry } = await frames.found(c)
    assertCan(actor, 'script.edit', entry.slug)
    const { files } = await edits.files(actor, entry.slug)
    return { page: page(c, `Delete ${entry.slug}`), slug: entry.slug, files: files.length }
  }

  function page(c: Context<Env>, title: string) {
    return pageOf(c, doors, version, { title, active: 'scripts' })
  }

  function nextWords(slug: string): string {
    const next = doors.nextTickAt(slug)
    return next === undefined ? '' : `; its next tick is ${relativeTime(next, doors.clock.now())}`
  }
}

/** What was done, with the commit that did it. */
export const said = (text: string, commit: string): Notice => ({
  ...{ tone: 'ok', text: `${text}. It is commit ${commit.slice(0, 7)}.` },
  ...{ href: commitHref(commit), link: 'See the commit' },
})

const notTheSlug = (slug: string) =>
  new AppError('invalid', 'it is not the slug', {
    problems: [{ path: 'slug', message: 'this is not its slug', remedy: `type ${slug} to delete it` }],
  })

/** `datetime-local` has no zone; the form says that it is UTC. */
function endOf(until: string): { until?: number } {
  if (until.trim() === '') return {}
  const at = Date.parse(`${until.trim()}Z`)
  if (!Number.isNaN(at)) return { until: at }
  throw new AppError('invalid', `until '${until}' is no time`, {
    problems: [
      {
        path: 'until',
        message: 'this is no time',
        remedy: 'write one such as 2026-12-24T18:00, or leave it empty',
      },
    ],
  })
}

/** What is wrong, at its field where it is one of the form's; what no form can mend is thrown on. */
function refusal<K extends string>(error: unknown, fields: readonly K[]) {
  if (!(error instanceof AppError) || !['invalid', 'conflict', 'unavailable'].includes(error.code))
    throw error
  const at = fields.flatMap((name): [string, string][] => {
    const problem = error.problems.find(({ path }) => path === name)
    return problem ? [[name, problem.remedy ? `${problem.message}; ${problem.remedy}` : problem.message]] : []
  })
  const errors = (at.length > 0 ? Object.fromEntries(at) : { whole: error.message }) as {
    [key in K | 'whole']?: string
  }
  return { code: STATUS[error.code], errors }
}
