import type { Manifest } from './manifest.ts'
import { writePauseBlock } from './pause-block.ts'
import { writePauseYaml } from './pause-yaml.ts'
import { readScriptBlock } from './pep723.ts'
import type { ScriptPlace } from './place.ts'
import { readScript, type Script } from './read.ts'

export type Pause = Exclude<Manifest['paused'], false>

/** A file as it is to be; null: it goes. */
export type Rewritten = { path: string; text: string | null }

type Text = (path: string) => string | undefined

/**
 * The file of a valid script to be written so that it is paused like this, or not paused. Nothing else in the file is
 * changed. Undefined where that cannot be written for certain: then a person has to.
 */
export function rewritePause(
  { place, script }: { place: ScriptPlace; script: Script },
  text: Text,
  paused: Manifest['paused'],
): Rewritten | undefined {
  // Without the key a script is not paused, unless sxs.yaml says so of all.
  const ways = paused === false ? [undefined, false as const] : [paused]
  return ways
    .flatMap((way) => waysToWrite(place, script, text, way))
    .find((written) => isMeant(place, script, text, written, paused))
}

function waysToWrite(
  place: ScriptPlace,
  { entry, single }: Script,
  text: Text,
  paused: Manifest['paused'] | undefined,
): Rewritten[] {
  const path = `${place.folder}/script.yaml`
  const hasYaml = !single && place.files.some((file) => file.path === path)
  const source = text(entry) ?? ''
  if (single || (!hasYaml && readScriptBlock(entry, source)?.manifest))
    return [{ path: entry, text: writePauseBlock(source, paused) }]
  const yaml = hasYaml ? (text(path) ?? '') : ''
  return writePauseYaml(yaml, paused).map((now) => ({ path, text: now.trim() === '' ? null : now }))
}

/** Whether the script, read again, is the same but for its pause. */
function isMeant(
  place: ScriptPlace,
  script: Script,
  text: Text,
  { path, text: now }: Rewritten,
  paused: Manifest['paused'],
): boolean {
  const others = place.files.filter((file) => file.path !== path)
  const file = { path, mode: '100644', id: '', size: 0 }
  const read = readScript(
    { ...place, files: now === null ? others : [...others, file] },
    (asked) => (asked === path ? (now ?? undefined) : text(asked)),
    // The zone of schedules that name none is the same in both readings.
    { timezone: 'UTC' },
  )
  const wanted = { ...script, manifest: { ...script.manifest, paused } }
  return read.script !== undefined && canonical(read.script) === canonical(wanted)
}

const canonical = (script: Script) =>
  JSON.stringify(script, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
