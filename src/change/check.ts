import { AppError, type Actor, type Problem } from '../base/index.ts'
import { assertCan, mayTouch } from '../access/index.ts'
import { MAIN, openObjects, runGit, TEMPLATE, type ObjectReader, type Repository } from '../git/index.ts'
import {
  checkCalls,
  syntaxProblem,
  type Analysis,
  type Calling,
  type Defaults,
  type Reading,
} from '../script/index.ts'
import { planOf, slugsOf, type Plan } from './plan.ts'
import { scan, type Scan } from './scan.ts'

/** What the one check is asked about: a ref that is to move. */
export type Change = { ref: string; before: string | undefined; after: string | undefined }

/** Problems refuse the change; warnings are what would be problems on main. `plan` is there for a valid main. */
export type Verdict = { problems: Problem[]; warnings: Problem[]; plan?: Plan }

/** Finds syntax errors and the functions that can be called; one answer for each file, in order. */
export type Analyse = (files: { path: string; text: string }[]) => Promise<Analysis[]>

export type CheckDependencies = { repository: Repository; analyse: Analyse; server: Defaults }

/**
 * The one check behind every door. `env` shows the objects of a push that are still in quarantine. Throws forbidden
 * where the actor may not push at all; everything else is told as problems, all at once.
 */
export async function checkChange(
  deps: CheckDependencies,
  actor: Actor,
  change: Change,
  env?: Record<string, string>,
): Promise<Verdict> {
  assertCan(actor, 'repository.push')
  const refused = refProblem(change)
  if (refused) return { problems: [refused], warnings: [] }
  assertOwnRef(actor, change)
  if (!change.after || change.ref.startsWith('refs/tags/')) return { problems: [], warnings: [] }

  const { gitDir, objects: main } = deps.repository
  // A push that brings nothing new has no quarantine.
  const objects = env?.['GIT_OBJECT_DIRECTORY'] ? openObjects(gitDir, env) : main
  try {
    const moved = await historyProblem(deps.repository, objects, change, env)
    if (moved) return { problems: [moved], warnings: [] }
    const compared = {
      ...change,
      before: change.before ?? (await baseOf(deps.repository, actor, change, env)),
    }
    const { problems, plan } = await checkTrees(deps, objects, actor, compared)
    return change.ref === MAIN ? { problems, warnings: [], plan } : { problems: [], warnings: problems }
  } finally {
    if (objects !== main) objects.close()
  }
}

/** The same of an edit on top of main that only `objects` knows of: it is tried, and may never be written. */
export async function checkTrial(
  deps: CheckDependencies,
  objects: ObjectReader,
  actor: Actor,
  { before, after }: { before: string; after: string },
): Promise<{ problems: Problem[]; plan: Plan }> {
  assertCan(actor, 'repository.push')
  return checkTrees(deps, objects, actor, { ref: MAIN, before, after })
}

/** Branches and tags may be made, moved and deleted; main may not be deleted. Names are plain words. */
function refProblem({ ref, after }: Change): Problem | undefined {
  const problem = (message: string, remedy: string): Problem => ({ path: ref, message, remedy })
  if (!/^refs\/(heads|tags)\//.test(ref))
    return problem('only branches and tags can be pushed', 'push to refs/heads/ or refs/tags/')
  const name = ref.replace(/^refs\/(heads|tags)\//, '')
  if (
    !/^[A-Za-z0-9_](?:[A-Za-z0-9._+@#/-]{0,198}[A-Za-z0-9_+#-])?$/.test(name) ||
    /\.\.|@\{|\/[.-]|\/\/|\.lock(\/|$)/.test(name)
  )
    return problem(
      'the name has unusual characters',
      'use letters, digits and any of . _ - / inside the name',
    )
  // git reads such a name as another kind of ref as well, and then every push and checkout is ambiguous.
  const means = /^(head|main)$|^refs(\/|$)|^[0-9a-f]{40}$/i.test(name) && ref !== MAIN
  if (means && after) return problem('git would take the name for something else too', 'choose another name')
  if (ref === MAIN && !after)
    return problem('main cannot be deleted', 'delete the scripts by a commit instead')
  return undefined
}

async function historyProblem(
  repository: Repository,
  objects: ObjectReader,
  { ref, before, after }: Change,
  env: Record<string, string> | undefined,
): Promise<Problem | undefined> {
  const tip = await objects.find(after!)
  if (tip?.type !== 'commit')
    return {
      path: ref,
      message: 'a branch points at a commit',
      remedy: 'push a commit, or a tag under refs/tags/',
    }
  if (ref !== MAIN || !before) return undefined
  // The common push is one commit on top: then no process is needed to know.
  if ((await objects.commit(after!)).parents.includes(before)) return undefined
  if (await repository.isAncestor(before, after!, env)) return undefined
  if ((await repository.resolve(TEMPLATE)) === before) return undefined
  return {
    path: ref,
    message: 'the push would take commits away from main (non-fast-forward)',
    remedy: 'run git pull --rebase, then push again',
  }
}

async function checkTrees(
  { analyse, server }: CheckDependencies,
  objects: ObjectReader,
  actor: Actor,
  { before, after }: Change,
): Promise<{ problems: Problem[]; plan: Plan }> {
  const treeOf = async (id: string | undefined) => (id ? (await objects.commit(id)).tree : undefined)
  const [oldTree, newTree] = await Promise.all([treeOf(before), treeOf(after)])
  const scanned = await scan(objects, oldTree, newTree!, server)
  const analyses = await analysesOf(scanned, analyse)
  const callings = new Map<string, Calling>()
  const found = syntaxProblems(analyses)
  for (const [slug, reading] of scanned.after) {
    found.push(...reading.problems)
    if (!reading.script) continue
    const { calling, problems } = checkCalls(reading.script, (path) => analyses.get(path))
    callings.set(slug, calling)
    found.push(...problems)
  }
  // Of a file that was too large to be read nothing else is known.
  const problems = [...scanned.problems, ...found.filter(({ path }) => !scanned.large.has(path))]
  const plan = planOf(scanned.before, scanned.after, callings, scanned.library)
  assertScope(actor, plan, scanned)
  return { problems: sorted(problems), plan }
}

/** Tags are everybody's, and so is what goes with a branch: a key for some scripts moves no tag and deletes no branch. */
function assertOwnRef({ scripts }: Actor, { ref, after }: Change): void {
  if (!scripts || (after && !ref.startsWith('refs/tags/'))) return
  throw new AppError(
    'forbidden',
    `this key may only change ${scripts.join(', ')}; use one without that limit to move tags and to delete branches`,
  )
}

/** What a key for some scripts is compared with where it begins a branch: the branch holds more than its scripts. */
async function baseOf(
  { gitDir, head }: Repository,
  { scripts }: Actor,
  { ref, after }: Change,
  env: Record<string, string> | undefined,
): Promise<string | undefined> {
  const main = scripts && ref !== MAIN ? await head() : undefined
  if (!main || !after) return undefined
  const { code, stdout } = await runGit(gitDir, ['merge-base', main, after], { env })
  return code === 0 ? stdout.toString('utf8').trim() : undefined
}

/** A key for some scripts pushes to no others, and to nothing that others share. */
function assertScope(actor: Actor, plan: Plan, { changes }: Scan): void {
  if (!actor.scripts) return
  const inScripts = changes.every(({ path }) => path.startsWith('scripts/'))
  if (!inScripts || !mayTouch(actor, slugsOf(plan)))
    throw new AppError(
      'forbidden',
      `this key may only change ${actor.scripts.join(', ')}; use one that may change the rest`,
    )
}

/** What Python thinks of every changed file, and of the entry and gate of every script that is read. */
async function analysesOf({ changes, after, tree }: Scan, analyse: Analyse): Promise<Map<string, Analysis>> {
  const changed = changes.flatMap(({ path, after: file }) =>
    file?.mode.startsWith('100') && /\.py$/.test(path) ? [path] : [],
  )
  const called = [...after.values()].flatMap(({ script }: Reading) =>
    script ? [script.entry, ...(script.gate ? [script.gate] : [])] : [],
  )
  const paths = [...new Set([...changed, ...called])]
  const files = await Promise.all(paths.map(async (path) => ({ path, text: (await tree.text(path)) ?? '' })))
  const analyses = files.length > 0 ? await analyse(files) : []
  return new Map(analyses.map((analysis, at) => [paths[at]!, analysis]))
}

function syntaxProblems(analyses: Map<string, Analysis>): Problem[] {
  return [...analyses].flatMap(([path, analysis]) => syntaxProblem(path, analysis) ?? [])
}

/** By path, line and column; the same problem found twice is told once. */
function sorted(problems: Problem[]): Problem[] {
  const keyed = new Map(
    problems.map((problem) => [
      `${problem.path}:${problem.line ?? 0}:${problem.column ?? 0}:${problem.message}`,
      problem,
    ]),
  )
  return [...keyed.values()].sort(
    (a, b) =>
      a.path.localeCompare(b.path) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  )
}
