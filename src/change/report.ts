import { formatDuration, timeText, type Problem } from '../base/index.ts'
import { describeProblem } from '../base/index.ts'
import { describeCalling, describeSchedule, type Schedule, type Script } from '../script/index.ts'
import type { Plan, Planned } from './plan.ts'
import type { Verdict } from './check.ts'

/** What the report cannot know by itself. */
export type ReportContext = {
  now: number
  /** The next moment of a script's schedules after `now`, or undefined. */
  nextTick: (schedules: Schedule[], now: number) => number | undefined
  scriptCount: number
  /** Which of these secrets a script of one of these slugs would not be given; absent: it is not known here. */
  lacking?: (names: string[], ...slugs: string[]) => string[]
  /** Where an admin grants them. */
  secretsUrl?: string
}

/** The lines of a refusal, as the pusher's terminal shows them: all problems at once. */
export function reportRefusal(problems: Problem[]): string[] {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  return [
    '',
    `Refused, nothing was changed: ${count}`,
    ...problems.map((problem) => `  ${describeProblem(problem)}`),
    '',
  ]
}

/** The lines of an accepted change: what is added, changed, removed or renamed, and what runs when. */
export function reportPlan(plan: Plan, context: ReportContext): string[] {
  const lines = [
    ...plan.added.flatMap((planned) => [`+ ${planned.script.slug}`, ...factsOf(planned, context)]),
    ...plan.changed.flatMap(({ before, after }) => [`~ ${before.slug}`, ...factsOf(after, context, before)]),
    ...plan.renamed.flatMap(({ before, after }) => [
      `> ${before.slug} is now ${after.script.slug}: data, state and history go with it`,
      ...factsOf(after, context, before),
    ]),
    ...plan.removed.map(({ slug }) => `- ${slug}: its schedules are retired, its history stays`),
  ]
  if (plan.library) {
    const { scriptCount } = context
    lines.push(
      `lib/ changed: ${scriptCount === 1 ? 'the 1 script uses' : `all ${scriptCount} scripts use`} it from the next run on`,
    )
  }
  return lines.length > 0 ? ['', ...lines, ''] : []
}

/** What would be refused on main, for a push to another branch. */
export function reportWarnings({ warnings }: Verdict): string[] {
  if (warnings.length === 0) return []
  return [
    '',
    'Accepted on this branch; main would refuse:',
    ...warnings.map((problem) => `  ${describeProblem(problem)}`),
    '',
  ]
}

function factsOf({ script, calling }: Planned, context: ReportContext, before?: Script): string[] {
  const { manifest } = script
  const facts: string[] = []
  if (manifest.schedules.length === 0) facts.push('no schedule: runs when asked')
  for (const schedule of manifest.schedules) facts.push(describeSchedule(schedule))
  facts.push(nextLine(script, before, context))
  facts.push(secretsLine(script, before, context))
  const runs = calling ? `runs ${describeCalling(calling)}, ` : ''
  facts.push(`${runs}timeout ${formatDuration(manifest.timeoutMs)}`)
  return facts.filter(Boolean).map((fact) => `    ${fact}`)
}

/** Grants follow a renamed script, so what its slug before has counts as well. */
function secretsLine(script: Script, before: Script | undefined, context: ReportContext): string {
  const names = script.manifest.secrets.map(({ name }) => name)
  if (names.length === 0) return ''
  const { lacking, secretsUrl } = context
  if (!lacking) return `asks for secrets: ${names.join(', ')}`
  const missing = lacking(names, script.slug, ...(before ? [before.slug] : []))
  if (missing.length === 0) return ''
  const where = secretsUrl ? ` at ${secretsUrl}` : ''
  return `secrets not granted: ${missing.join(', ')}; its runs are refused until an admin grants them${where}`
}

function nextLine(script: Script, before: Script | undefined, { nextTick, now }: ReportContext): string {
  const textOf = ({ manifest }: Script) => {
    const { paused } = manifest
    if (paused && (paused.until === undefined || paused.until > now))
      return paused.until === undefined
        ? 'paused'
        : `paused until ${timeText(paused.until).replace('.000Z', 'Z')}`
    const at = nextTick(manifest.schedules, now)
    return at === undefined ? '' : timeText(at).replace('.000Z', 'Z')
  }
  const after = textOf(script)
  const was = before ? textOf(before) : after
  if (after === was) return after && `next: ${after}`
  return `next: ${after || 'none'} (was ${was || 'none'})`
}
