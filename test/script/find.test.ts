import { describe, expect, test } from 'vitest'
import { describeProblem } from '../../src/base/index.ts'
import { findScripts, folderOfSlug, isSlug } from '../../src/script/index.ts'
import type { TreeFile } from '../../src/script/index.ts'

const file = (path: string, more: Partial<TreeFile> = {}): TreeFile => ({
  path,
  mode: '100644',
  id: 'id',
  size: 10,
  ...more,
})
const slugs = (...paths: string[]) =>
  findScripts(paths.map((path) => file(path))).places.map(({ slug }) => slug)
const problems = (...files: TreeFile[]) => findScripts(files).problems.map(describeProblem)

test('the outermost folder with an entry file is the script, with all that lies in it', () => {
  const { places } = findScripts(
    [
      'scripts/finance/report/main.py',
      'scripts/finance/report/parts/main.py',
      'scripts/finance/report/x.csv',
    ].map((path) => file(path)),
  )
  expect(places).toMatchObject([{ slug: 'finance.report', folder: 'scripts/finance/report', single: false }])
  expect(places[0]!.files).toHaveLength(3)
})

test('a manifest makes a script of a folder without main.py', () => {
  expect(slugs('scripts/a/script.yaml', 'scripts/a/run.py')).toEqual(['a'])
})

test('a Python file in no folder of a script is a script of its own, nested or not', () => {
  expect(slugs('scripts/b.py', 'scripts/deep/er/c.py', 'scripts/main.py')).toEqual(['b', 'deep.er.c', 'main'])
  expect(findScripts([file('scripts/b.py')]).places[0]).toMatchObject({
    folder: 'scripts/b.py',
    single: true,
  })
})

test('nothing else is a script', () => {
  expect(
    slugs('scripts/README.md', 'scripts/requirements.txt', 'lib/db.py', 'lib/main.py', 'main.py'),
  ).toEqual([])
})

test('a slug has its folder', () => {
  expect(folderOfSlug('finance.report')).toBe('scripts/finance/report')
  expect(['', 'A', 'a..b', '.a', 'a.', '-a', `${'a'.repeat(64)}`, 'a/b'].filter(isSlug)).toEqual([])
  expect(folderOfSlug('../etc')).toBeUndefined()
})

describe('wrong trees', () => {
  test.each<[string, TreeFile[], string[]]>([
    [
      'symlink',
      [file('scripts/a/main.py'), file('scripts/a/link', { mode: '120000' })],
      ['scripts/a/link: symbolic links are not allowed; commit the file itself'],
    ],
    [
      'submodule',
      [file('lib/other', { mode: '160000' })],
      ['lib/other: submodules are not allowed; commit its files themselves'],
    ],
    [
      'a file instead of the folder',
      [file('scripts')],
      ['scripts: scripts must be a folder; remove or rename it'],
    ],
    [
      'case twins of files',
      [file('lib/Db.py'), file('lib/db.py')],
      ['lib/db.py: it differs from lib/Db.py in case alone; rename one of them'],
    ],
    [
      'case twins of folders, said once',
      [file('lib/A/x.py'), file('lib/A/y.py'), file('lib/a/x.py'), file('lib/a/y.py')],
      ['lib/a: it differs from lib/A in case alone; rename one of them'],
    ],
    [
      'twins in Unicode composition',
      [file('lib/caf\u00e9.py'), file('lib/cafe\u0301.py')],
      [
        'lib/cafe\u0301.py: it differs from lib/caf\u00e9.py in the composition of its letters alone; rename one of them',
      ],
    ],
    [
      'option-like name',
      [file('lib/--exec=id.py'), file('lib/-d/a.py'), file('lib/-d/b.py')],
      [
        "lib/--exec=id.py: the name begins with '-', so that it reads like an option; rename it",
        "lib/-d: the name begins with '-', so that it reads like an option; rename it",
      ],
    ],
    [
      'control characters, shown and not sent',
      [file('lib/a\nb.py'), file('lib/a\u202eb.py')],
      [
        'lib/a\\x0ab.py: the name holds control characters; rename it',
        'lib/a\u202eb.py: the name holds control characters; rename it',
      ],
    ],
    ['backslash', [file('lib/a\\b.py')], ['lib/a\\b.py: the name holds a backslash; rename it']],
    ['not UTF-8', [file('lib/a\ufffd.py')], ['lib/a\ufffd.py: the name is not valid UTF-8; rename it']],
    [
      '.git names',
      [file('lib/.gitattributes'), file('lib/.GIT/config'), file('lib/.gitignore'), file('lib/x/.gitkeep')],
      [
        "lib/.GIT: of names that begin with '.git' only .gitignore and .gitkeep are allowed; remove or rename it",
        "lib/.gitattributes: of names that begin with '.git' only .gitignore and .gitkeep are allowed; remove or rename it",
      ],
    ],
    [
      'a name that no file system takes',
      [file(`lib/${'a'.repeat(256)}`)],
      [`lib/${'a'.repeat(256)}: the name is longer than 255 bytes; shorten it`],
    ],
    [
      'a big file',
      [file('scripts/a/main.py'), file('scripts/a/x.csv', { size: 2 ** 20 + 2 ** 19 })],
      [
        'scripts/a/x.csv: the file has 1.5 MiB, and at most 1 MiB is allowed; keep data elsewhere, such as in $SXS_STATE_DIR',
      ],
    ],
    [
      'too many files',
      Array.from({ length: 501 }, (_, i) => file(i === 0 ? 'scripts/a/main.py' : `scripts/a/${i}.txt`)),
      [
        'scripts/a: the script has 501 files, and at most 500 are allowed; keep data elsewhere, such as in $SXS_STATE_DIR',
      ],
    ],
    [
      'wrong slugs, with a better one',
      [file('scripts/My Report/main.py'), file('scripts/a.b/main.py'), file('scripts/Über/x/main.py')],
      [
        "scripts/My Report: 'My Report' cannot be part of a slug; rename it to scripts/my-report",
        "scripts/a.b: 'a.b' cannot be part of a slug; rename it to scripts/a-b",
        "scripts/Über/x: 'Über' cannot be part of a slug; rename it to scripts/uber/x",
      ],
    ],
    [
      'a single file with a wrong slug',
      [file('scripts/pkg/__init__.py'), file('scripts/日本.py')],
      [
        "scripts/pkg/__init__.py: '__init__' cannot be part of a slug; rename it to scripts/pkg/init.py, or move it to lib/ if it is no script",
        "scripts/日本.py: '日本' cannot be part of a slug; rename it: a-z, 0-9, _ and -, beginning with a letter or digit, at most 63, or move it to lib/ if it is no script",
      ],
    ],
    [
      'a slug that is too long',
      [file(`scripts/${'a'.repeat(60)}/${'b'.repeat(60)}/${'c'.repeat(60)}/${'d'.repeat(60)}.py`)],
      [
        `scripts/${'a'.repeat(60)}/${'b'.repeat(60)}/${'c'.repeat(60)}/${'d'.repeat(60)}.py: the slug '${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}' is too long; use shorter or fewer folders`,
      ],
    ],
    [
      'one slug for two scripts',
      [file('scripts/a.py'), file('scripts/a/main.py')],
      ['scripts/a: the slug a is also that of scripts/a.py; rename or delete one of them'],
    ],
    [
      'a gate or a manifest alone',
      [file('scripts/a/trigger.py'), file('scripts/script.yaml')],
      [
        'scripts/a/trigger.py: a gate without a script; add a main.py beside it, or give it another name',
        'scripts/script.yaml: a manifest without a script; move it into the folder of its script',
      ],
    ],
  ])('%s', (_, files, expected) => {
    expect(problems(...files).sort()).toEqual([...expected].sort())
  })
})

test('a slug that two scripts share is given once', () => {
  expect(slugs('scripts/a.py', 'scripts/a/main.py')).toEqual(['a'])
})

test('ten thousand scripts are found in well under a second', () => {
  const files = Array.from({ length: 10_000 }, (_, i) =>
    ['main.py', 'trigger.py', 'script.yaml'].map((name) =>
      file(`scripts/group${i % 100}/script${i}/${name}`),
    ),
  ).flat()
  const times = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage()
    expect(findScripts(files).places).toHaveLength(10_000)
    return process.cpuUsage(before).user / 1000
  })
  // About 70 ms where it was written; the bound only catches what is of another order.
  expect(Math.min(...times)).toBeLessThan(600)
})
