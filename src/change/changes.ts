import { AppError, describeProblem, type Actor, type Clock, type Problem } from '../base/index.ts'
import { assertCan } from '../access/index.ts'
import { MAIN, overlay, viewTree, type ObjectReader, type Repository } from '../git/index.ts'
import { checkChange, checkTrial, type Change, type CheckDependencies, type Verdict } from './check.ts'
import type { Plan } from './plan.ts'

/** New content by path; null takes the file away, or everything below a folder. */
export type FileEdits = Map<string, Uint8Array | null>

export type Edit = {
  /** The commit that the editor looked at; a touched path that moved since is a conflict. Absent: head. */
  base?: string | undefined
  files: FileEdits
  message: string
}

/** A change that is on main now. */
export type Landed = { actor: Actor; commit: string; before: string | undefined; plan: Plan }

/** A touched path that moved since the base: what is on main now, and what the edit has. */
export type Conflict = { path: string; theirs: string | null; yours: string | null }

/** What committing an edit would come to. `objects` knows `after`, which no repository holds. */
export type Trial = {
  before: string
  after: string
  objects: ObjectReader
  problems: Problem[]
  plan: Plan
  conflicts: Conflict[]
}

export type Changes = {
  check(actor: Actor, change: Change, env?: Record<string, string>): Promise<Verdict>
  /** Commits the edit on top of head and moves main there; when it returns, the change is on disk and indexed. */
  commit(actor: Actor, edit: Edit): Promise<{ commit: string; changed: boolean }>
  /** The same check of the same edit, of which nothing is written. */
  preview(actor: Actor, edit: Omit<Edit, 'message'>): Promise<Trial>
}

type Dependencies = CheckDependencies & {
  clock: Clock
  /** Called when main has moved, before the editor is answered. */
  landed: (change: Landed) => Promise<void>
}

// Each retry means that somebody else's commit landed in between; so many in a row do not.
const TRIES = 20

/** The one check and the one writer. */
export function createChanges(deps: Dependencies): Changes {
  const { repository, clock, landed } = deps
  let last: Promise<unknown> = Promise.resolve()

  async function write(actor: Actor, edit: Edit): Promise<{ commit: string; changed: boolean }> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const head = await headOf(repository)
      await assertUnmoved(repository, edit, head)
      const author = { name: actor.name, email: `${actor.name}@localhost` }
      const commit = await repository.writeCommit({
        parent: head,
        author,
        at: clock.now(),
        message: edit.message,
        files: edit.files,
      })
      if (await sameTree(repository, head, commit)) return { commit: head, changed: false }
      const { problems, plan } = await checkChange(deps, actor, { ref: MAIN, before: head, after: commit })
      if (problems.length > 0)
        throw new AppError('invalid', problems.map(describeProblem).join('\n'), { problems })
      if (!(await repository.moveRef(MAIN, commit, head, `edit by ${actor.name}`))) continue
      await landed({ actor, commit, before: head, plan: plan! })
      return { commit, changed: true }
    }
    throw new AppError('unavailable', 'main moves too quickly to commit to it; try again')
  }

  return {
    check: (actor, change, env) => checkChange(deps, actor, change, env),
    commit(actor, edit) {
      assertCan(actor, 'repository.push')
      const next = last.then(() => write(actor, edit))
      last = next.catch(() => undefined)
      return next
    },
    async preview(actor, edit) {
      assertCan(actor, 'repository.push')
      const before = await headOf(repository)
      const { objects, commit: after } = await overlay(repository.objects, before, edit.files)
      const conflicts = await conflictsOf(repository, edit, before)
      return {
        before,
        after,
        objects,
        conflicts,
        ...(await checkTrial(deps, objects, actor, { before, after })),
      }
    },
  }
}

async function headOf(repository: Repository): Promise<string> {
  const head = await repository.head()
  if (!head) throw new AppError('unavailable', 'main is being replaced by a push; try again')
  return head
}

async function assertUnmoved(repository: Repository, edit: Edit, head: string): Promise<void> {
  const conflicts = await conflictsOf(repository, edit, head)
  if (conflicts.length === 0) return
  const paths = conflicts.map(({ path }) => path).join(', ')
  const [base, now] = [edit.base!.slice(0, 7), head.slice(0, 7)]
  throw new AppError(
    'conflict',
    `${paths} changed since ${base}; look at both versions and edit again from ${now}`,
    { details: { head, conflicts } },
  )
}

async function conflictsOf(
  { objects, findCommit }: Repository,
  { base, files }: Pick<Edit, 'base' | 'files'>,
  head: string,
): Promise<Conflict[]> {
  if (base === undefined || base === head) return []
  const from = await findCommit(base)
  if (!from)
    throw new AppError('invalid', `base ${base} is no commit of this repository; read the files again`)
  const [then, now] = [viewTree(objects, from.tree), viewTree(objects, (await objects.commit(head)).tree)]
  const conflicts: Conflict[] = []
  for (const [path, content] of files) {
    const [before, current] = await Promise.all([then.find(path), now.find(path)])
    if (before?.id === current?.id) continue
    const yours = content === null ? null : Buffer.from(content).toString('utf8')
    const theirs = (await now.text(path)) ?? null
    // Where both came to the same file, nothing is lost.
    if (theirs === yours && current?.mode !== '040000') continue
    conflicts.push({ path, theirs, yours })
  }
  return conflicts
}

async function sameTree({ objects }: Repository, a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([objects.commit(a), objects.commit(b)])
  return one.tree === other.tree
}
