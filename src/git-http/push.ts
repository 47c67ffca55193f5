import { AppError, describeProblem, type Actor, type Log } from '../base/index.ts'
import { MAIN, TEMPLATE, type Repository } from '../git/index.ts'
import type { Change, Changes, Landed, Plan, Verdict } from '../change/index.ts'
import { reportRefusal, reportWarnings } from '../change/index.ts'
import type { HookAnswer, HookCall, RefUpdate } from './hook.ts'

export type PushDependencies = {
  repository: Repository
  changes: Changes
  log: Log
  /** Called when main has moved; gives the lines that tell the pusher what changed. */
  landed: (change: Landed) => Promise<string[]>
}

/** One push: what its hooks ask is answered by the one check. */
export type Push = {
  answer(call: HookCall): Promise<HookAnswer>
  /** Called when git has ended, whatever came of it. */
  end(): Promise<void>
}

export function openPush({ repository, changes, log, landed }: PushDependencies, actor: Actor): Push {
  let plan: Plan | undefined
  let warnings: string[] = []
  let before: string | undefined
  let gaveWay = false

  async function check({ quarantine, updates }: HookCall): Promise<HookAnswer> {
    const env = environmentOf(repository.gitDir, quarantine)
    const verdicts: Verdict[] = []
    for (const update of updates) verdicts.push(await changes.check(actor, await changeOf(update), env))
    const problems = verdicts.flatMap((verdict) => verdict.problems)
    if (problems.length > 0) return { accept: false, lines: reportRefusal(problems) }
    warnings = verdicts.flatMap(reportWarnings)
    plan = verdicts.find((verdict) => verdict.plan)?.plan
    if (updates.some(({ ref, before: old }) => ref === MAIN && !old)) await giveWay()
    return { accept: true, lines: [] }
  }

  /** Main is not shown to a pusher while it holds the template only, so that a plain push can replace it. */
  async function changeOf(update: RefUpdate): Promise<Change> {
    if (update.ref !== MAIN) return update
    before = update.before ?? (await repository.resolve(TEMPLATE))
    return { ...update, before }
  }

  /** git makes main anew, so the template's main goes first; `end` brings it back if git does not. */
  async function giveWay(): Promise<void> {
    const template = await repository.resolve(TEMPLATE)
    if (template && (await repository.head()) === template)
      gaveWay = await repository.moveRef(MAIN, undefined, template, 'replaced by a push')
  }

  /** Main has moved by now: whatever goes wrong after that is said as such, and mended by the next sync. */
  async function finish({ updates }: HookCall): Promise<HookAnswer> {
    const main = updates.find(({ ref }) => ref === MAIN)
    if (!main?.after || !plan) return { accept: true, lines: warnings }
    try {
      const lines = await landed({ actor, commit: main.after, before, plan })
      return { accept: true, lines: [...lines, ...warnings] }
    } catch (error) {
      log.error({ err: error, commit: main.after }, 'a push is on main and could not be taken up yet')
      const said = `main is at ${main.after.slice(0, 7)}; it is not indexed yet, which is tried again by itself`
      return { accept: true, lines: [said, ...warnings] }
    }
  }

  return {
    async answer(call) {
      if (call.name === 'post-receive') return finish(call)
      try {
        return await check(call)
      } catch (error) {
        if (error instanceof AppError) return { accept: false, lines: reportAppError(error) }
        log.error({ err: error, push: call }, 'a push could not be checked')
        return { accept: false, lines: ["the push could not be checked; the server's log says why"] }
      }
    },
    async end() {
      if (!gaveWay || (await repository.head())) return
      const template = await repository.resolve(TEMPLATE)
      if (template) await repository.moveRef(MAIN, template, undefined, 'push did not come about')
    },
  }
}

/** The push's objects wait in a quarantine that only git with this environment sees. */
function environmentOf(gitDir: string, quarantine: string): Record<string, string> {
  return quarantine
    ? {
        GIT_QUARANTINE_PATH: quarantine,
        GIT_OBJECT_DIRECTORY: quarantine,
        GIT_ALTERNATE_OBJECT_DIRECTORIES: `${gitDir}/objects`,
      }
    : {}
}

function reportAppError({ message, problems }: AppError): string[] {
  return [
    '',
    `Refused, nothing was changed: ${message}`,
    ...problems.map((problem) => `  ${describeProblem(problem)}`),
    '',
  ]
}
