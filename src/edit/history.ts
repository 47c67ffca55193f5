import { assertCan, maySee } from '../access/index.ts'
import { AppError, notFound, pageOf, type Actor, type Page, type PageRequest } from '../base/index.ts'
import { viewTree, type Commit, type FileDiff, type Repository, type TreeView } from '../git/index.ts'
import { folderOfSlug, isSlug } from '../script/index.ts'
import { placeOf, viewHead } from './place.ts'
import { touchedBetween, type Touched } from './touched.ts'

/** A commit in a list; `at` is Unix milliseconds. */
export type CommitSummary = Omit<Commit, 'tree'>

/** A commit with what it changed against its first parent; `cut` where that was too much to show all. */
export type CommitDetail = CommitSummary & { files: FileDiff[]; cut: boolean }

export type History = {
  /**
   * The commits of a branch (absent: main) or commit, newest first, along first parents: what happened on that branch,
   * a merge counting as one. With `script` those that touched it. Who is limited to scripts sees the commits of theirs.
   */
  commits(
    actor: Actor,
    filter: { ref?: string; script?: string },
    page: PageRequest,
  ): Promise<Page<CommitSummary>>
  /** One commit, by its id or the first 7 digits and more of it. */
  commit(actor: Actor, id: string): Promise<CommitDetail>
  /** The scripts that a commit changed against its first parent; who is limited to scripts sees their own. */
  touched(actor: Actor, id: string): Promise<Touched>
  /** The commits of main that touched the script; of one that was removed too. Errors: not_found. */
  revisions(actor: Actor, slug: string, page: PageRequest): Promise<Page<CommitSummary>>
}

/** The verbs over what happened in Git. */
export function createHistory(repository: Repository): History {
  const { objects } = repository

  async function list(from: string, paths: string[] | undefined, { limit, cursor }: PageRequest) {
    const rows =
      paths?.length === 0
        ? []
        : await repository.log({
            from: cursor === undefined ? from : await placeOfCursor(cursor),
            // The list goes on after the last commit that was shown, so commits that arrive do not move it.
            after: cursor !== undefined,
            limit: limit + 1,
            ...(paths ? { paths } : {}),
          })
    return pageOf(rows.map(summaryOf), limit, ({ id }) => id)
  }

  async function placeOfCursor(cursor: string): Promise<string> {
    const commit = /^[0-9a-f]{40}$/.test(cursor) ? await repository.findCommit(cursor) : undefined
    if (!commit) throw new AppError('invalid', `cursor '${cursor.slice(0, 40)}' is not one of this list`)
    return commit.id
  }

  /** The commit that a branch, a tag or an id names. */
  async function resolve(ref: string): Promise<string> {
    const isName = /^[A-Za-z0-9_][A-Za-z0-9._+@#/-]*$/.test(ref) && !ref.includes('..')
    const name = ref.replace(/^refs\/heads\//, '')
    const tip = isName ? await repository.resolve(`refs/heads/${name}`) : undefined
    const commit = tip ?? (await repository.findCommit(ref))?.id
    if (commit === undefined) throw notFound(`branch or commit ${ref.slice(0, 200)}`)
    return commit
  }

  const history: History = {
    async commits(actor, { ref, script }, page) {
      assertCan(actor, 'script.read', script)
      if (script !== undefined && !isSlug(script)) throw notFound(`script ${script.slice(0, 200)}`)
      const from = ref === undefined ? (await viewHead(repository)).head : await resolve(ref)
      const slugs = script === undefined ? actor.scripts : [script]
      const paths = slugs && (await pathsOf(repository, slugs, [from]))
      return list(from, paths, page)
    },

    async commit(actor, id) {
      assertCan(actor, 'script.read')
      const commit = await repository.findCommit(id)
      if (!commit) throw notFound(`commit ${id.slice(0, 40)}`)
      const [parent] = commit.parents
      const ids = parent === undefined ? [commit.id] : [parent, commit.id]
      const paths = actor.scripts && (await pathsOf(repository, actor.scripts, ids))
      const before = parent === undefined ? undefined : (await objects.commit(parent)).tree
      const nothing = { files: [], cut: false }
      const diff = paths?.length === 0 ? nothing : await repository.diff(before, commit.tree, paths)
      // A commit of others' scripts is out of sight, message and all.
      if (paths && diff.files.length === 0) throw notFound(`commit ${id.slice(0, 40)}`)
      return { ...summaryOf(commit), ...diff }
    },

    async touched(actor, id) {
      assertCan(actor, 'script.read')
      const commit = await repository.findCommit(id)
      if (!commit) throw notFound(`commit ${id.slice(0, 40)}`)
      const [parent] = commit.parents
      const before = parent === undefined ? undefined : (await objects.commit(parent)).tree
      const touched = await touchedBetween(objects, before, commit.tree, (slug) => maySee(actor, slug))
      return actor.scripts === undefined ? touched : { ...touched, elsewhere: false }
    },

    async revisions(actor, slug, page) {
      assertCan(actor, 'script.read', slug)
      if (!isSlug(slug) || !maySee(actor, slug)) throw notFound(`script ${slug.slice(0, 200)}`)
      const { head } = await viewHead(repository)
      const found = await list(head, await pathsOf(repository, [slug], [head]), page)
      if (found.items.length === 0 && page.cursor === undefined) throw notFound(`script ${slug}`)
      return found
    },
  }
  return history
}

/** Where the scripts of these slugs are at the commits, or were before them. */
async function pathsOf(repository: Repository, slugs: string[], commits: string[]): Promise<string[]> {
  const { objects } = repository
  const views = await Promise.all(
    commits.map(async (id) => viewTree(objects, (await objects.commit(id)).tree)),
  )
  const paths = await Promise.all(
    slugs.map(async (slug) => {
      const folder = folderOfSlug(slug)
      if (folder === undefined) return []
      // A folder that holds other scripts at one of the commits is not this one's.
      const shared = await Promise.all(views.map((view) => isOfOthers(view, slug, folder)))
      return shared.includes(true) ? [`${folder}.py`] : [folder, `${folder}.py`]
    }),
  )
  return paths.flat()
}

async function isOfOthers(view: TreeView, slug: string, folder: string): Promise<boolean> {
  const place = await placeOf(view, slug)
  return place?.path !== folder && (await view.entries(folder)).length > 0
}

function summaryOf({ tree: _, ...commit }: Commit): CommitSummary {
  return commit
}
