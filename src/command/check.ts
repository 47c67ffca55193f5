import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { createLog, describeProblem, systemActor, systemClock } from '../base/index.ts'
import { createChanges, reportPlan } from '../change/index.ts'
import type { Config } from '../config.ts'
import { MAIN, openSnapshot, type Snapshot } from '../git/index.ts'
import { createSyntaxChecker, findPythons, openIsolation, type SyntaxChecker } from '../isolation/index.ts'
import { nextTick } from '../schedule/index.ts'
import { WrongUse, type Output } from './output.ts'
import { withScratch } from './scratch.ts'

/** What a push holds that the server looks at. */
export const PUSHED = ['scripts', 'lib', 'sxs.yaml']

/** `check`: says of a folder what a push of it would, and gives whether it would be accepted. */
export async function checkFolder(config: Config, output: Output, folder: string): Promise<boolean> {
  const root = rootOf(folder)
  const log = createLog('silent')
  const found = await findPythons(log)
  if (!found[0])
    throw new WrongUse('no Python 3.9 or newer with venv was found; install python3 and python3-venv')
  return withScratch(async (dataDir) => {
    const isolation = await openIsolation({ accept: 'auto', dataDir, pythons: found, log })
    const checker = createSyntaxChecker({ isolation, python: isolation.pythons[0] ?? found[0]!, log })
    let snapshot: Snapshot | undefined
    try {
      snapshot = await openSnapshot(root, PUSHED)
      await checker.start()
      return await check(config, output, snapshot, checker)
    } finally {
      await checker.stop()
      snapshot?.discard()
    }
  })
}

async function check(
  config: Config,
  output: Output,
  snapshot: Snapshot,
  checker: SyntaxChecker,
): Promise<boolean> {
  const changes = createChanges({
    repository: snapshot.repository,
    analyse: (files) => checker.check(files),
    server: { timezone: config.timezone },
    clock: systemClock,
    landed: () => Promise.resolve(),
  })
  const change = { ref: MAIN, before: undefined, after: snapshot.commit }
  const { problems, plan } = await changes.check(systemActor, change)
  const scriptCount = plan?.added.length ?? 0
  output.data({ problems, scripts: plan?.added.map(({ script }) => script.slug) ?? [] }, () =>
    problems.length > 0
      ? problems.map(describeProblem).join('\n')
      : reportPlan({ ...plan!, library: false }, { now: systemClock.now(), nextTick, scriptCount })
          .join('\n')
          .trim() || 'There are no scripts here; a script is a folder below scripts/ with a main.py.',
  )
  return problems.length === 0
}

/** The folder that holds scripts/, from anywhere within it. */
export function rootOf(folder: string): string {
  let at = resolve(folder)
  if (!existsSync(at)) throw new WrongUse(`${folder} does not exist`)
  while (!existsSync(join(at, 'scripts'))) {
    if (dirname(at) === at)
      throw new WrongUse(`${folder} holds no scripts/ folder, and neither does any folder above it`)
    at = dirname(at)
  }
  return at
}
