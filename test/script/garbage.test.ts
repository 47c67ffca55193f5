import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { expect, test } from 'vitest'
import {
  describeSchedule,
  findScripts,
  readDefaultsFile,
  readScript,
  textsNeeded,
} from '../../src/script/index.ts'
import { packageRoot } from '../../src/base/index.ts'
import { readTree, treeOf } from './tree.ts'

const KEYS = [
  'description tags entry args schedule paused overlap catch_up timeout grace gate_timeout retries python memory',
  'network env secrets input_schema after notify retention disable_after allow_sdists warm unknown __proto__',
].flatMap((line) => line.split(' '))
const word = fc.constantFrom(
  ...[
    'cron',
    'every',
    'start',
    'jitter',
    'mode',
    'name',
    'file',
    'on',
    'limit',
    '__proto__',
    'toString',
    '',
    'A',
  ],
)
const scalar = fc.oneof(
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(
    '5m',
    '@daily',
    '* * * * *',
    '2026-01-01T00:00:00Z',
    'main.py',
    '3.12',
    'none',
    'all',
    '1e9d',
  ),
)
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(word, tie('value'), { maxKeys: 3 }),
  ),
}))
const manifest = fc
  .dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 6 })
  .map((table) => stringify(table))
const scraps = fc
  .array(
    fc.constantFrom(
      ...[
        'schedule',
        ':',
        ' ',
        '\n',
        '- ',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '&a',
        '*a',
        '!',
        '|',
        '>',
        '#',
        '\t',
        '---',
        '0',
      ],
      ...[
        '# /// script',
        '# ///',
        '[tool.sxs]',
        '# x = ',
        '--hash=',
        ';',
        '==',
        '\\',
        '\r',
        '\0',
        '%',
        '?',
        '<<',
      ],
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''))
const text = fc.oneof(fc.string(), scraps, manifest)

test('nothing that a tree may hold makes the readers throw, and every answer is JSON with places in its text', () => {
  fc.assert(
    fc.property(text, text, text, text, (script, main, requirements, defaults) => {
      const files: Record<string, string> = {
        'scripts/a/main.py': main,
        'scripts/a/script.yaml': script,
        'scripts/a/requirements.txt': requirements,
        'scripts/b.py': `# /// script\n${main.replace(/^/gm, '# ')}\n# ///\n`,
        'sxs.yaml': defaults,
      }
      readDefaultsFile(defaults)
      for (const place of findScripts(treeOf(files)).places) {
        const asked: string[] = []
        const read = readScript(place, (path) => (asked.push(path), files[path]), { timezone: 'UTC' })
        expect(textsNeeded(place)).toEqual(expect.arrayContaining(asked))
        expect(read.script === undefined).toBe(read.problems.length > 0)
        expect(JSON.parse(JSON.stringify(read))).toEqual(read)
        for (const { line = 1, column = 1, path, message, remedy } of read.problems) {
          const lines = files[path]!.split(/\r\n|\r|\n/)
          expect(line).toBeGreaterThanOrEqual(1)
          expect(line).toBeLessThanOrEqual(lines.length + 1)
          expect(column).toBeGreaterThanOrEqual(1)
          expect(`${message} ${remedy}`).not.toMatch(/undefined|\[object|Invalid input/)
        }
        read.script?.manifest.schedules.forEach(describeSchedule)
      }
    }),
    { numRuns: 300 },
  )
})

test('names of any kind make no finder throw, and what it gives are slugs', () => {
  const name = fc.oneof(
    fc.string(),
    fc.constantFrom('main.py', 'script.yaml', 'a', 'A', 'a.py', '..', '-x', '.git'),
  )
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => `scripts/${parts.join('/')}`)
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 12 }), (paths) => {
      const { places } = findScripts(paths.map((path) => ({ path, mode: '100644', id: 'id', size: 1 })))
      for (const { slug, files } of places) {
        expect(slug).toMatch(/^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*$/)
        expect(files.length).toBeGreaterThan(0)
      }
    }),
  )
})

test('the repository that a server begins with is valid', () => {
  const root = join(packageRoot, 'repo-template')
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
  const { scripts, problems } = readTree(
    Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])),
  )
  expect(problems).toEqual([])
  expect(Object.keys(scripts)).toEqual(['hello', 'reports.nightly'])
  expect(scripts['hello']).toMatchObject({ gate: 'scripts/hello/trigger.py', manifest: { paused: {} } })
  expect(scripts['reports.nightly']).toMatchObject({
    manifest: { paused: {} },
    requirements: { kind: 'requirements', lines: ['tabulate==0.9.0'] },
  })
  expect(scripts['reports.nightly']!.manifest.schedules.map(describeSchedule)).toEqual([
    'at 02:00, Europe/Rome',
  ])
})
