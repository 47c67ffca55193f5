import { pythonWanted, type Script } from '../../../script/index.ts'
import type { EnvironmentView } from '../../../../views/scripts/environment.tsx'
import { plainText } from '../../../../views/words.ts'
import { packagesOf } from '../../../environment/index.ts'
import type { Doors } from '../../doors.ts'

/** What the requirements of a script came to so far. */
export async function environmentOf({ environments }: Doors, script: Script): Promise<EnvironmentView> {
  const { requirements } = script
  const wanted = pythonWanted(script)
  const { python, lock, row } = await environments.find({
    requirements,
    ...(wanted === undefined ? {} : { python: wanted }),
  })
  return {
    ...(requirements.source ? { source: sourceOf(script) } : {}),
    requirements: requirements.lines,
    ...(wanted === undefined ? {} : { pythonWanted: wanted }),
    ...(python === undefined ? {} : { python }),
    ...(lock ? { lock } : {}),
    packages: lock ? packagesOf(lock.text) : [],
    ...(row ? rowView(row) : {}),
  }
}

function rowView(row: NonNullable<Awaited<ReturnType<Doors['environments']['find']>>['row']>) {
  const { key, state, message, bytes, builtAt, usedAt } = row
  return {
    ...{ key, state },
    ...(message === undefined ? {} : { message: plainText(message) }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(builtAt === undefined ? {} : { builtAt }),
    ...(usedAt === undefined ? {} : { usedAt }),
  }
}

/** The file with the requirements, and its path within the script's folder where it lies there. */
function sourceOf({ folder, single, requirements: { source } }: Script): { path: string; own?: string } {
  if (single)
    return source === folder
      ? { path: source, own: source.slice(source.lastIndexOf('/') + 1) }
      : { path: source }
  return source.startsWith(`${folder}/`)
    ? { path: source, own: source.slice(folder.length + 1) }
    : { path: source }
}
