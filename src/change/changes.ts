import { AppError, describeProblem, type Actor, type Clock } from '../base/index.ts'
import { assertCan } from '../access/index.ts'
import { MAIN, viewTree, type Repository } from '../git/index.ts'
import { checkChange, type Change, type CheckDependencies, type Verdict } from './check.ts'
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

export type Changes = {
  check(actor: Actor, change: Change, env?: Record<string, string>): Promise<Verdict>
  /** Commits the edit on top of head and moves main there; when it returns, the change is on disk and indexed. */
  commit(actor: Actor, edit: Edit): Promise<{ commit: string; changed: boolean }>
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
      const head = await repository.head()
      if (!head) throw new AppError('unavailable', 'main is being replaced by a push; try again')
      if (edit.base !== undefined && edit.base !== head) await assertUnmoved(repository, edit, head)
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
  }
}

async function assertUnmoved(
  { objects, findCommit }: Repository,
  { base, files }: Edit,
  head: string,
): Promise<void> {
  const from = await findCommit(base!)
  if (!from)
    throw new AppError('invalid', `base ${base} is no commit of this repository; read the files again`)
  const [then, now] = [viewTree(objects, from.tree), viewTree(objects, (await objects.commit(head)).tree)]
  const conflicts: { path: string; theirs: string | null; yours: string | null }[] = []
  for (const [path, content] of files) {
    const [before, current] = await Promise.all([then.find(path), now.find(path)])
    if (before?.id === current?.id) continue
    const yours = content === null ? null : Buffer.from(content).toString('utf8')
    conflicts.push({ path, theirs: (await now.text(path)) ?? null, yours })
  }
  if (conflicts.length > 0)
    throw new AppError(
      'conflict',
      `${conflicts.map(({ path }) => path).join(', ')} changed since ${base!.slice(0, 7)}; look at both versions and edit again from ${head.slice(0, 7)}`,
      { details: { head, conflicts } },
    )
}

async function sameTree({ objects }: Repository, a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([objects.commit(a), objects.commit(b)])
  return one.tree === other.tree
}
