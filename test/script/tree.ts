import { describeProblem } from '../../src/base/index.ts'
import { findScripts, readScript } from '../../src/script/index.ts'
import type { Script, TreeFile } from '../../src/script/index.ts'

/** The files of a tree, from their paths and texts. */
export function treeOf(files: Record<string, string>): TreeFile[] {
  return Object.entries(files)
    .filter(([path]) => /^(scripts|lib)\//.test(path))
    .map(([path, text]) => ({ path, mode: '100644', id: 'id', size: Buffer.byteLength(text) }))
}

/** Everything that a tree is: its scripts by slug, and its problems as lines. */
export function readTree(files: Record<string, string>, timezone = 'UTC') {
  const { places, problems } = findScripts(treeOf(files))
  const readings = places.map((place) => readScript(place, (path) => files[path], { timezone }))
  const scripts = readings.flatMap(({ script }) => (script ? [[script.slug, script] as const] : []))
  return {
    scripts: Object.fromEntries(scripts) as Record<string, Script>,
    problems: [...problems, ...readings.flatMap((reading) => reading.problems)].map(describeProblem),
  }
}

/** The problems of one manifest, as lines without its path. */
export function problemsOf(manifest: string, more: Record<string, string> = {}): string[] {
  return reading(manifest, more).problems.map((line) => line.replace('scripts/report/script.yaml:', ''))
}

/** The script of one manifest, which must be valid. */
export function scriptOf(manifest: string, more: Record<string, string> = {}, timezone = 'UTC'): Script {
  const { scripts, problems } = reading(manifest, more, timezone)
  if (!scripts['report']) throw new Error(problems.join('\n'))
  return scripts['report']
}

function reading(manifest: string, more: Record<string, string>, timezone?: string) {
  const files = { 'scripts/report/main.py': 'def main(data): pass\n', 'scripts/report/script.yaml': manifest }
  return readTree({ ...files, ...more }, timezone)
}
