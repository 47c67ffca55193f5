import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { packageRoot } from '../../../base/index.ts'
import { findScripts, slugOf } from '../../../script/index.ts'

/** A script to begin from, with its files below its folder. */
export type Template = { name: string; description: string; files: Record<string, string> }

const BLANK: Template = {
  name: 'blank',
  description: 'An empty main(data, run)',
  files: {
    'main.py':
      'def main(data, run):\n    """What is left in `data` is what the next run gets."""\n    print("hello from", run.script)\n',
  },
}

/** The blank one, and the scripts that a new repository begins with; read once. */
export function readTemplates(root = join(packageRoot, 'repo-template')): Template[] {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(root, path)).isFile() && !path.includes('__pycache__'))
    .sort()
  const text = (path: string) => readFileSync(join(root, path), 'utf8')
  const { places } = findScripts(paths.map((path) => ({ path, mode: '100644', id: path, size: 0 })))
  const templates = places.map(({ folder, files }): Template => {
    const own = Object.fromEntries(files.map(({ path }) => [path.slice(folder.length + 1), text(path)]))
    const manifest = parseDocument(own['script.yaml'] ?? '').get('description')
    return {
      name: slugOf(folder),
      description: typeof manifest === 'string' ? manifest : '',
      files: { ...own, ...modulesOf(own['main.py'] ?? '', root, text) },
    }
  })
  return [BLANK, ...templates]
}

/** Modules of lib/ that the entry imports come along, since the repository need not have them any more. */
function modulesOf(entry: string, root: string, text: (path: string) => string): Record<string, string> {
  const imported = [...entry.matchAll(/^(?:from|import) (\w+)/gm)].map(([, name]) => `${name}.py`)
  const there = imported.filter((name) => existsSync(join(root, 'lib', name)))
  return Object.fromEntries(there.map((name) => [name, text(`lib/${name}`)]))
}
