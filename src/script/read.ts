import type { Problem } from '../base/index.ts'
import { DEFAULTS_FILE, readDefaults } from './defaults.ts'
import type { Document } from './document.ts'
import { fillManifest, readKeys } from './manifest.ts'
import type { GivenKeys, Manifest } from './manifest.ts'
import { readScriptBlock } from './pep723.ts'
import type { ScriptBlock } from './pep723.ts'
import type { ScriptPlace } from './place.ts'
import { canBeMet } from './python.ts'
import { readDependencies, readRequirementsFile } from './requirements.ts'
import type { Requirements } from './requirements.ts'
import { gateSchedule } from './schedule.ts'
import { shown } from './shape.ts'
import { nearest } from './suggest.ts'
import { readYaml } from './yaml-document.ts'

/** A valid script, as plain JSON. Paths are those in the repository. */
export type Script = {
  slug: string
  folder: string
  single: boolean
  entry: string
  gate?: string
  manifest: Manifest
  requirements: Requirements
  requiresPython?: string
  /** The path of its README.md. */
  readme?: string
}

/** What the server's configuration decides for manifests. */
export type Defaults = { timezone: string }

type Text = (path: string) => string | undefined

/** The script at a place; without one where there are problems, of which all are given. Never throws. */
export function readScript(
  place: ScriptPlace,
  text: Text,
  server: Defaults,
): { script?: Script; problems: Problem[] } {
  const problems: Problem[] = []
  const { given, document } = readManifest(place, text, server.timezone, problems)
  const entry = entryOf(place, given, document, problems)
  const block = entry === undefined ? undefined : readBlock(place, entry, text, problems)
  const keys = manifestKeys(place, given, document, block, server.timezone, problems)
  const own = place.single || !document ? block?.manifest : document
  const merged = { ...readDefaults(text(DEFAULTS_FILE), server.timezone).given, ...keys }
  checkOwn(place, merged, block, own, problems)
  const requirements = readRequirements(place, block, entry, text, problems)
  if (problems.length > 0 || entry === undefined) return { problems: inOrder(problems) }
  const gate = place.single ? undefined : fileOf(place, 'trigger.py')
  const readme = place.single ? undefined : fileOf(place, 'README.md')
  const manifest = fillManifest({ ...merged, entry: entry.slice(baseOf(place).length) }, server.timezone)
  if (gate && merged.schedule === undefined) manifest.schedules = [gateSchedule()]
  const { slug, folder, single } = place
  return {
    script: {
      slug,
      folder,
      single,
      entry,
      ...(gate && { gate }),
      manifest,
      requirements,
      ...(block?.requiresPython !== undefined && { requiresPython: block.requiresPython }),
      ...(readme && { readme }),
    },
    problems: [],
  }
}

/** The paths that `readScript` may ask for; not all of them need exist. */
export function textsNeeded(place: ScriptPlace): string[] {
  const upwards = [DEFAULTS_FILE, ...requirementsUpwards(place.folder)]
  if (place.single) return [place.folder, ...upwards]
  const named = ['script.yaml', 'requirements.lock', 'requirements.txt', 'main.py']
  const own = place.files
    .map(({ path }) => path)
    .filter((path) => named.includes(path.slice(baseOf(place).length)))
  // Only a manifest can name another entry, and that may be any Python file of the folder.
  const code = own.includes(`${place.folder}/script.yaml`)
    ? place.files.map(({ path }) => path).filter((path) => path.endsWith('.py') && !own.includes(path))
    : []
  return [...own, ...code, ...upwards]
}

/** What comes before the name of each file of the script. */
function baseOf({ folder, single }: ScriptPlace): string {
  return single ? folder.slice(0, folder.lastIndexOf('/') + 1) : `${folder}/`
}

function fileOf(place: ScriptPlace, name: string): string | undefined {
  const path = baseOf(place) + name
  return place.files.some((file) => file.path === path) ? path : undefined
}

/** The nearest first: `scripts/a/b` asks scripts/a/requirements.txt, then scripts/requirements.txt. */
function requirementsUpwards(folder: string): string[] {
  const paths: string[] = []
  for (let end = folder.lastIndexOf('/'); end > 0; end = folder.lastIndexOf('/', end - 1))
    paths.push(`${folder.slice(0, end)}/requirements.txt`)
  return paths
}

function readManifest(
  place: ScriptPlace,
  text: Text,
  timezone: string,
  problems: Problem[],
): { given: GivenKeys; document?: Document } {
  const path = place.single ? undefined : fileOf(place, 'script.yaml')
  const content = path && textOf(path, text, problems)
  if (path === undefined || content === undefined) return { given: {} }
  const document = readYaml(path, content)
  problems.push(...document.problems)
  if (!document.value) return { given: {}, document }
  const read = readKeys(document, document.value, timezone)
  problems.push(...read.problems)
  return { given: read.given, document }
}

function textOf(path: string, text: Text, problems: Problem[]): string | undefined {
  const content = text(path)
  if (content === undefined)
    problems.push({ path, message: 'the file cannot be read', remedy: 'commit it as a plain text file' })
  return content
}

function entryOf(
  place: ScriptPlace,
  given: GivenKeys,
  document: Document | undefined,
  problems: Problem[],
): string | undefined {
  if (place.single) return place.folder
  const name = given.entry ?? 'main.py'
  const path = fileOf(place, name)
  if (path !== undefined && name !== 'trigger.py') return path
  // Where the manifest cannot be read, it may well name another entry.
  if (!document?.value || (given.entry === undefined && document.value['entry'] !== undefined))
    return undefined
  const files = place.files.map((file) => file.path.slice(baseOf(place).length))
  const code = files.filter((file) => file.endsWith('.py') && file !== 'trigger.py')
  const meant = nearest(name, code) ?? (code.length === 1 ? code[0] : undefined)
  if (given.entry === undefined) {
    const remedy = `add it, or name another file: entry: ${meant ?? 'report.py'}`
    problems.push({
      path: document.path,
      line: 1,
      column: 1,
      message: 'there is no main.py beside it',
      remedy,
    })
  } else {
    const isGate = name === 'trigger.py'
    problems.push({
      path: document.path,
      ...document.placeOf(['entry']),
      message: `entry ${shown(name)}: ${isGate ? 'trigger.py is the gate' : `there is no such file in ${place.folder}/`}`,
      remedy: meant ? `write ${meant}` : 'add it, or name a Python file of this folder',
    })
  }
  return undefined
}

function readBlock(
  place: ScriptPlace,
  entry: string,
  text: Text,
  problems: Problem[],
): ScriptBlock | undefined {
  const source = textOf(entry, text, problems)
  const block = source === undefined ? undefined : readScriptBlock(entry, source)
  problems.push(...(block?.problems ?? []))
  return block
}

/** The keys of script.yaml, or those of `[tool.sxs]` where there is no script.yaml. */
function manifestKeys(
  place: ScriptPlace,
  given: GivenKeys,
  document: Document | undefined,
  block: ScriptBlock | undefined,
  timezone: string,
  problems: Problem[],
): GivenKeys {
  const table = block?.manifest
  if (!table?.value) return given
  const refuse = (at: string[], message: string, remedy: string) =>
    problems.push({ path: table.path, ...table.placeOf(at, true), message, remedy })
  if (document) {
    refuse([], `[tool.sxs] stands beside ${place.folder}/script.yaml`, 'move its keys into script.yaml')
    return given
  }
  const { entry, ...keys } = table.value
  if (entry !== undefined) refuse(['entry'], 'entry: this file is itself the entry', 'delete the line')
  const read = readKeys(table, keys, timezone)
  problems.push(...read.problems)
  return read.given
}

/** What can only be said of a key when the rest of the script is known. */
function checkOwn(
  place: ScriptPlace,
  { after, python }: GivenKeys,
  block: ScriptBlock | undefined,
  document: Document | undefined,
  problems: Problem[],
): void {
  const path = document?.path ?? place.folder
  if (after?.script === place.slug) {
    const message = `after.script '${place.slug}': a script cannot come after itself`
    const remedy = 'name another script, or use schedule'
    problems.push({ path, ...document?.placeOf(['after', 'script']), message, remedy })
  }
  const requires = block?.requiresPython
  if (python === undefined || requires === undefined || canBeMet([python, requires])) return
  const message = `python '${python}': no Python is that and also requires-python '${requires}'`
  problems.push({ path, ...document?.placeOf(['python']), message, remedy: 'make the two agree' })
}

function readRequirements(
  place: ScriptPlace,
  block: ScriptBlock | undefined,
  entry: string | undefined,
  text: Text,
  problems: Problem[],
): Requirements {
  const take = (read: { requirements: Requirements; problems: Problem[] }) => {
    problems.push(...read.problems)
    return read.requirements
  }
  for (const [name, kind] of OWN_REQUIREMENTS) {
    const path = place.single ? undefined : fileOf(place, name)
    const content = path && textOf(path, text, problems)
    if (path && content !== undefined) return take(readRequirementsFile(path, kind, content))
  }
  if (entry !== undefined && block?.dependencies) return take(readDependencies(entry, block.dependencies))
  for (const path of requirementsUpwards(place.folder)) {
    const content = text(path)
    if (content !== undefined) return take(readRequirementsFile(path, 'requirements', content))
  }
  return { source: '', kind: 'none', lines: [] }
}
const OWN_REQUIREMENTS = [
  ['requirements.lock', 'lock'],
  ['requirements.txt', 'requirements'],
] as const

function inOrder(problems: Problem[]): Problem[] {
  const rank = ({ line = 0, column = 0 }: Problem) => line * 1e6 + column
  return problems.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : rank(a) - rank(b)))
}
