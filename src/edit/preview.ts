import type { Problem } from '../base/index.ts'
import type { Conflict, Plan, Trial } from '../change/index.ts'
import { diffObjects, type FileDiff } from '../git/index.ts'
import { describeSchedule, type Schedule, type Script } from '../script/index.ts'

/** What an edit would come to if it were committed now. */
export type Preview = {
  /** The commit of main that it would go on top of. */
  head: string
  /** Why it would be refused; paths count from the root of the repository. */
  problems: Problem[]
  /** What it changes, file by file; paths count from the root of the repository. */
  diff: FileDiff[]
  /** What a push of it would be told; nothing where it would be refused. */
  effect: string[]
  /** When the script would run; absent where it has problems, or is not touched. */
  outlook?: Outlook
  /** Touched files that somebody else changed since the base. */
  conflicts: Conflict[]
}

/** A script's schedules in words, and the moments to come: Unix milliseconds. */
export type Outlook = { words: string[]; next: number[]; paused?: { reason?: string; until?: number } }

/** What only those stations know that come after this one. */
export type Foresight = {
  /** The lines that a push of the plan prints. */
  report(plan: Plan): Promise<string[]>
  /** The next ten moments of the schedules. */
  moments(schedules: readonly Schedule[]): number[]
}

/** The answer to whoever is typing. */
export async function previewOf(trial: Trial, slug: string, foresight: Foresight): Promise<Preview> {
  const { before, after, objects, problems, plan, conflicts } = trial
  const trees = await Promise.all([before, after].map(async (id) => (await objects.commit(id)).tree))
  const script = scriptOf(plan, slug)
  const lines = problems.length > 0 ? [] : await foresight.report(plan)
  return {
    head: before,
    problems,
    diff: await diffObjects(objects, trees[0]!, trees[1]!),
    effect: lines.filter((line) => line !== ''),
    ...(script ? { outlook: outlookOf(script, foresight) } : {}),
    conflicts,
  }
}

/** When the script runs, as its manifest has it. */
export function outlookOf({ manifest }: Script, { moments }: Pick<Foresight, 'moments'>): Outlook {
  const { schedules, paused } = manifest
  return { words: schedules.map(describeSchedule), next: moments(schedules), ...(paused ? { paused } : {}) }
}

function scriptOf(plan: Plan, slug: string): Script | undefined {
  const changed = plan.changed.map(({ after }) => after)
  return [...changed, ...plan.added].find(({ script }) => script.slug === slug)?.script
}
