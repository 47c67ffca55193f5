import { describe, expect, test } from 'vitest'
import { readTree } from './tree.ts'

const HASH = `--hash=sha256:${'a'.repeat(64)}`
const read = (text: string, name = 'requirements.txt') =>
  readTree({ 'scripts/a/main.py': '', [`scripts/a/${name}`]: text })
const linesOf = (text: string, name?: string) => read(text, name).scripts['a']!.requirements.lines
const problemsOf = (text: string, name = 'requirements.txt') =>
  read(text, name).problems.map((line) => line.replace(`scripts/a/${name}:`, ''))

describe('the first source there is counts', () => {
  const block = '# /// script\n# dependencies = ["block"]\n# ///\n'
  const all: Record<string, string> = {
    'scripts/g/a/requirements.lock': 'lock==1',
    'scripts/g/a/requirements.txt': 'own',
    'scripts/g/a/main.py': block,
    'scripts/g/requirements.txt': 'near',
    'scripts/requirements.txt': 'far',
    'requirements.txt': 'outside',
  }
  const without = (count: number) => {
    const files = Object.fromEntries(
      Object.entries(all).filter(([path], i) => i >= count || path.endsWith('main.py')),
    )
    if (count > 2) files['scripts/g/a/main.py'] = '# /// script\n# [tool.sxs]\n# ///\n'
    return readTree(files).scripts['g.a']!.requirements
  }
  test.each([
    [0, { kind: 'lock', source: 'scripts/g/a/requirements.lock', lines: ['lock==1'] }],
    [1, { kind: 'requirements', source: 'scripts/g/a/requirements.txt', lines: ['own'] }],
    [2, { kind: 'pep723', source: 'scripts/g/a/main.py', lines: ['block'] }],
    [3, { kind: 'requirements', source: 'scripts/g/requirements.txt', lines: ['near'] }],
    [4, { kind: 'requirements', source: 'scripts/requirements.txt', lines: ['far'] }],
    [5, { kind: 'none', source: '', lines: [] }],
  ])('without the first %i: %o', (count, expected) => expect(without(count)).toEqual(expected))
})

test('names, spaces and comments are brought into one form', () => {
  const text = `\ufeff# comment
Foo_Bar.baz [B, a] >=2.0 , <3  # why
requests ; python_version < "3.11" and (os_name == 'nt' or extra == 'x')
brackets (>=1,!=1.5.*)
x===2020-foo
same==1.0\r
same==1.0
`
  expect(linesOf(text)).toEqual([
    'foo-bar-baz[a,b]>=2.0,<3',
    `requests ; python_version < "3.11" and (os_name == 'nt' or extra == 'x')`,
    'brackets>=1,!=1.5.*',
    'x===2020-foo',
    'same==1.0',
  ])
})

test('continued lines are one, with their hashes in order', () => {
  const other = `--hash=sha256:${'b'.repeat(64)}`
  expect(linesOf(`a==1.0+local.1 ; os_name == "x" \\\n    ${other} \\\r\n    ${HASH}\n`)).toEqual([
    `a==1.0+local.1 ; os_name == "x" ${HASH} ${other}`,
  ])
})

const PUBLISHED = 'name a published release (package==1.2), or put shared modules into lib/'
const INDEX = "delete the line: package indexes are the server's setting SXS_PACKAGE_INDEX"

test.each([
  ['-r other.txt', "1:1: '-r': a file of requirements cannot include another; copy its lines to here"],
  [
    '--requirement=x',
    "1:1: '--requirement': a file of requirements cannot include another; copy its lines to here",
  ],
  ['-c c.txt', "1:1: '-c': constraints are not read; write the versions here, or commit a requirements.lock"],
  ['-e .', `1:1: '-e': an editable install is not possible; ${PUBLISHED}`],
  ['--index-url https://x', `1:1: '--index-url': a script cannot choose package indexes; ${INDEX}`],
  [
    '--extra-index-url=https://x',
    `1:1: '--extra-index-url': a script cannot choose package indexes; ${INDEX}`,
  ],
  ['-ihttps://x', `1:1: '-i': a script cannot choose package indexes; ${INDEX}`],
  ['-f ./wheels', `1:1: '-f': a script cannot choose package indexes; ${INDEX}`],
  [
    '--no-binary :all:',
    "1:1: '--no-binary': a script cannot choose how packages are built; delete the line: the manifest key allow_sdists names what may be built from source",
  ],
  [
    '--pre',
    "1:1: '--pre': pre-releases cannot be allowed for all packages; name the pre-release: package==2.0rc1",
  ],
  [
    '--require-hashes',
    "1:1: '--require-hashes': hashes are always checked where there are any; delete the line",
  ],
  ['--use-pep517', "1:1: the option '--use-pep517' is not allowed; delete the line"],
  ['a --no-binary a', "1:1: the option '--no-binary' is not allowed; keep only --hash=sha256:…"],
  [
    'a==1 --config-settings=x',
    "1:1: the option '--config-settings' is not allowed; keep only --hash=sha256:…",
  ],
  ['./local', `1:1: './local' is a path; ${PUBLISHED}`],
  ['  ../local', `1:3: '../local' is a path; ${PUBLISHED}`],
  ['/opt/x', `1:1: '/opt/x' is a path; ${PUBLISHED}`],
  ['local/dir', `1:1: 'local/dir' is a path; ${PUBLISHED}`],
  ['a-1.0-py3-none-any.whl', `1:1: 'a-1.0-py3-none-any.whl' is a path; ${PUBLISHED}`],
  ['a.tar.gz', `1:1: 'a.tar.gz' is a path; ${PUBLISHED}`],
  ['file:///x', `1:1: 'file:///x' is a file; ${PUBLISHED}`],
  ['git+https://x/y', `1:1: 'git+https://x/y' is an address of a repository; ${PUBLISHED}`],
  ['https://x/y.whl', `1:1: 'https://x/y.whl' is an address; ${PUBLISHED}`],
  ['name @ https://x/y.whl', `1:1: 'name @ https://x/y.whl' is an address; ${PUBLISHED}`],
  ['name@file:///x', `1:1: 'name@file:///x' is a file; ${PUBLISHED}`],
  ['a==${V}', '1:1: variables are not filled in; write the value'],
  ['a=1', "1:1: '=1' is no comparison of versions; write one such as a==1.2 or a>=1.2,<2"],
  ['a b', "1:1: 'b' is no comparison of versions; write one such as a==1.2 or a>=1.2,<2"],
  ['a>=1.*', "1:1: '>=1.*' is no comparison of versions; write one such as a==1.2 or a>=1.2,<2"],
  ['a>=1,', "1:1: '' is no comparison of versions; write one such as a==1.2 or a>=1.2,<2"],
  ['==1.0', "1:1: '==1.0' is no requirement; write a name and versions: tabulate==0.9.0"],
  ['a[b c]', "1:1: 'b c' is no name of an extra; write extras as name[one,two]"],
  [
    'a ; python < "3"',
    `1:1: 'python < "3"' is no environment marker; write one such as ; python_version < "3.11"`,
  ],
  ['a ;', `1:1: '' is no environment marker; write one such as ; python_version < "3.11"`],
  [
    'a ; (os_name == "x"',
    `1:1: '(os_name == "x"' is no environment marker; write one such as ; python_version < "3.11"`,
  ],
  ['a --hash=md5:abc', "1:1: 'md5:abc' is no hash; write --hash=sha256: and 64 hex digits"],
])('%j is refused', (text, expected) => {
  expect(problemsOf(text)).toEqual([expected])
})

test('every wrong line is told, with its own line', () => {
  expect(problemsOf('# x\n./a\n\nb==1\n-e c\n').map((line) => line.split(':')[0])).toEqual(['2', '5'])
})

test('a lock names exact versions, and hashes stand on every line or none', () => {
  expect(problemsOf(`a>=1 ${HASH}\nb==1`, 'requirements.lock')).toEqual([
    '1:1: a: a lock names exact versions; write a==1.2',
    '2:1: b has no hash, and others have; give every line a --hash, or none',
  ])
})

test('spaces by the thousand cost nothing', () => {
  const text = Array.from({ length: 30 }, () => `a${' '.repeat(19_000)}b`).join('\n')
  expect(problemsOf(text)).toHaveLength(30)
})
