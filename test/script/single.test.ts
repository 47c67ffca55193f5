import { expect, test } from 'vitest'
import { readTree } from './tree.ts'

const block = (...lines: string[]) =>
  [
    '#!/usr/bin/env python3',
    '# /// script',
    ...lines.map((line) => (line ? `# ${line}` : '#')),
    '# ///',
    'print(1)',
  ].join('\n')
const problems = (source: string) => readTree({ 'scripts/a.py': source }).problems

test('a single file has its manifest, requirements and Python in its PEP 723 block', () => {
  const { scripts, problems } = readTree({
    'scripts/tools/a.py': block(
      'requires-python = ">=3.10"',
      'dependencies = [',
      '  "Tabulate == 0.9.0",',
      ']',
      '',
      '[tool.other]',
      'x = 1',
      '[tool.sxs]',
      'timeout = "5m"',
      'args = [1.5, "x"]',
      'schedule = [{every = "1h", start = 2026-01-01T00:00:00Z}]',
      '[tool.sxs.retries]',
      'limit = 3',
    ),
  })
  expect(problems).toEqual([])
  expect(scripts['tools.a']).toMatchObject({
    single: true,
    folder: 'scripts/tools/a.py',
    entry: 'scripts/tools/a.py',
    requiresPython: '>=3.10',
    requirements: { kind: 'pep723', source: 'scripts/tools/a.py', lines: ['tabulate==0.9.0'] },
    manifest: {
      entry: 'a.py',
      timeoutMs: 300_000,
      args: ['1.5', 'x'],
      retries: { limit: 3 },
      schedules: [{ everyMs: 3_600_000, startAt: Date.UTC(2026, 0, 1) }],
    },
  })
})

test('lines may end with CR LF, and blocks of other types do not count', () => {
  const source = '# /// pyproject\n# x = (\n# ///\n\n# /// script\n# dependencies = ["a"]\n# ///\n'
  const { scripts } = readTree({ 'scripts/a.py': source.replaceAll('\n', '\r\n') })
  expect(scripts['a']!.requirements.lines).toEqual(['a'])
})

test.each([
  [
    block(
      '[tool.sxs]',
      'timeout = "8d"',
      'schedule = [{cron = "61 * * * *"}]',
      'entry = "b.py"',
      'timout = 1',
    ),
    [
      "scripts/a.py:4:13: timeout '8d': it is outside 1 s to 7 d; write a duration from 1s to 7d, such as 30m",
      "scripts/a.py:5:23: cron '61 * * * *': minute 61 is outside 0-59; write a minute from 0 to 59",
      'scripts/a.py:6:3: entry: this file is itself the entry; delete the line',
      "scripts/a.py:7:3: unknown key 'timout'; write 'timeout'",
    ],
  ],
  [
    block('[tool.sxs.retries]', 'limit = 99', 'limits = 1'),
    [
      'scripts/a.py:4:11: limit 99: it is outside 0 to 20; write a whole number from 0 to 20',
      "scripts/a.py:5:3: retries: unknown key 'limits'; write 'limit'",
    ],
  ],
  [
    block('[tool.sxs]', 'python = 3.10'),
    ["scripts/a.py:4:12: python 3.1: it must be text; write it in quotes: '3.12'"],
  ],
  [block('x = '), ['scripts/a.py:3:7: the TOML cannot be read: invalid value; mend this line']],
  [
    block('dependancies = []'),
    ["scripts/a.py:3:1: unknown key 'dependancies' in the script block; write 'dependencies'"],
  ],
  [
    block('dependencies = "a"'),
    ['scripts/a.py:3:1: dependencies must be a list of texts; write ["tabulate==0.9.0"]'],
  ],
  [
    block('dependencies = [', '  "git+https://x/y",', ']'),
    [
      "scripts/a.py:4:1: 'git+https://x/y' is an address of a repository; name a published release (package==1.2), or put shared modules into lib/",
    ],
  ],
  [
    block('requires-python = "new"'),
    [
      "scripts/a.py:3:1: requires-python 'new': 'new' is no version or comparison of versions; write one such as \">=3.10\"",
    ],
  ],
  [
    block('tool = {sxs = 1}'),
    ['scripts/a.py:3:1: tool.sxs must be a table; write [tool.sxs] and the keys below it'],
  ],
  [
    '# /// script\n# x = 1\n',
    ["scripts/a.py:1:1: the block '# /// script' has no end; close it with a line '# ///'"],
  ],
  [
    '# /// script\n# ///\n\n# /// script\n# ///\n',
    ["scripts/a.py:4:1: a second block '# /// script'; keep one of them"],
  ],
])('%j', (source, expected) => {
  expect(problems(source)).toEqual(expected)
})

test('a folder may keep its manifest in the block of main.py, but not in two places', () => {
  const main = { 'scripts/a/main.py': block('[tool.sxs]', 'timeout = "5m"') }
  expect(readTree(main).scripts['a']!.manifest.timeoutMs).toBe(300_000)
  expect(readTree({ ...main, 'scripts/a/script.yaml': 'grace: 1s' }).problems).toEqual([
    'scripts/a/main.py:3:9: [tool.sxs] stands beside scripts/a/script.yaml; move its keys into script.yaml',
  ])
})

test('a hundred thousand openings of blocks are read in no time', () => {
  expect(problems('# /// script\n'.repeat(80_000))).toHaveLength(1)
})
