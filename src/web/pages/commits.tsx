import { Hono, type Context } from 'hono'
import { maySee, type Located } from '../../access/index.ts'
import type { CommitSummary, FileDiff, Touched } from '../../edit/index.ts'
import { CommitPage, type CommitProps } from '../../../views/commits/show.tsx'
import {
  CommitsFragments,
  CommitsPage,
  type CommitRow,
  type CommitsProps,
} from '../../../views/commits/index.tsx'
import { isSlug } from '../../script/index.ts'
import { codeHref, scriptHref } from '../../../views/scripts/_hrefs.ts'
import type { Doors } from '../doors.ts'
import { actorOf, type Env } from '../identity.ts'
import { messageOf, shownAuthor } from './message.ts'
import { pageOf } from './page.ts'
import { runRow } from './rows.ts'

const ROWS = 50
// Of a commit that touched more, their own pages tell of their runs.
const SCRIPTS_WITH_RUNS = 3
const RUNS = 10
const MOST_SLUGS = 500

/** What happened on main: the list, and one commit with all that it changed. */
export function commitPages(doors: Doors, version: string): Hono<Env> {
  const { history } = doors
  return new Hono<Env>()
    .get('/commits', async (c) => c.html(<CommitsPage {...await listed(c)} />))
    .get('/commits/_list', async (c) => c.html(<CommitsFragments {...await listed(c)} />))
    .get('/commits/:id', async (c) => c.html(<CommitPage {...await shown(c)} />))

  async function listed(c: Context<Env>): Promise<CommitsProps> {
    const actor = actorOf(c)
    const { script, cursor } = c.req.query()
    const { items, nextCursor } = await found(actor, script, cursor)
    const query = (more: Record<string, string>) =>
      new URLSearchParams({ ...(script ? { script } : {}), ...more }).toString()
    return {
      page: pageOf(c, doors, version, { title: 'Commits', active: 'commits' }),
      rows: await Promise.all(items.map((commit) => rowOf(actor, commit))),
      filter: script ? { script } : {},
      slugs: await slugsFor(actor),
      ...(nextCursor ? { nextHref: `/commits?${query({ cursor: nextCursor })}` } : {}),
      ...(cursor ? { firstHref: `/commits?${query({})}` } : {}),
      fragmentHref: `/commits/_list?${query(cursor ? { cursor } : {})}`,
    }
  }

  /** While a slug is being typed it is none yet, and has no commits. */
  async function found(actor: Located, script: string | undefined, cursor: string | undefined) {
    if (script && (!isSlug(script) || !maySee(actor, script))) return { items: [], nextCursor: undefined }
    return history.commits(actor, script ? { script } : {}, { limit: ROWS, ...(cursor ? { cursor } : {}) })
  }

  async function slugsFor(actor: Located): Promise<string[]> {
    const all = await doors.catalog.outlines()
    return all
      .map(({ slug }) => slug)
      .filter((slug) => maySee(actor, slug))
      .slice(0, MOST_SLUGS)
  }

  async function shown(c: Context<Env>): Promise<CommitProps> {
    const actor = actorOf(c)
    const { files, cut, ...commit } = await history.commit(actor, c.req.param('id') ?? '')
    const touched = await history.touched(actor, commit.id)
    const { subject, body } = messageOf(commit)
    const { id, author, at, parents } = commit
    return {
      page: pageOf(c, doors, version, { title: subject, active: 'commits' }),
      commit: {
        ...{ id, subject, author: shownAuthor(author), at, parents, touched },
        ...(body === '' ? {} : { body }),
      },
      files,
      cut,
      linksOf: (file) => linksOf(file, commit, touched),
      runs: await runsWith(actor, id, touched),
    }
  }

  async function rowOf(actor: Located, commit: CommitSummary): Promise<CommitRow> {
    const { id, at, author } = commit
    const touched = await history.touched(actor, id)
    return { id, at, author: shownAuthor(author).name, subject: messageOf(commit).subject, touched }
  }

  /** The newest runs of the code that the scripts have at this commit, whichever commit main was at by then. */
  async function runsWith(actor: Located, commit: string, { scripts, more }: Touched) {
    if (more || scripts.length > SCRIPTS_WITH_RUNS) return []
    const lists = await Promise.all(
      scripts.map(async (script) => {
        const at = await doors.catalog.scriptAt(script, commit)
        const [tree] = at?.revision.split('-') ?? []
        return tree ? (await doors.runs.list(actor, { script, tree }, { limit: RUNS })).items : []
      }),
    )
    return lists
      .flat()
      .sort((a, b) => b.id - a.id)
      .slice(0, RUNS)
      .map(runRow)
  }
}

/** The script that a file belongs to, and the file as it is at the commit. */
function linksOf({ path, status }: FileDiff, { id, parents }: CommitSummary, { scripts }: Touched) {
  const slug = scripts.find((one) => isOf(one, path))
  if (slug === undefined) return []
  const folder = folderOf(slug)
  const own = path === `${folder}.py` ? path.slice(path.lastIndexOf('/') + 1) : path.slice(folder.length + 1)
  const commit = status === 'removed' ? parents[0] : id
  return [
    { href: scriptHref(slug), name: slug },
    ...(commit === undefined
      ? []
      : [
          {
            href: codeHref(slug, own, { commit }),
            name: status === 'removed' ? 'The file before' : 'The file at this commit',
          },
        ]),
  ]
}

const folderOf = (slug: string) => `scripts/${slug.replaceAll('.', '/')}`
const isOf = (slug: string, path: string) =>
  path === `${folderOf(slug)}.py` || path.startsWith(`${folderOf(slug)}/`)
