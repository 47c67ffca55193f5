import { expect, test } from 'vitest'
import { readScript, rewritePause, textsNeeded, type Pause } from '../../src/script/index.ts'

const UNTIL = Date.parse('2026-12-01T00:00:00Z')
const HOLIDAYS: Pause = { reason: 'Holidays', until: UNTIL }

/** What becomes of the file that holds the manifest; files other than it stay. */
function rewritten(files: Record<string, string>, paused: false | Pause) {
  const single = 'scripts/a.py' in files
  const paths = Object.keys(files).filter((path) => path.startsWith('scripts/a'))
  const place = {
    ...{ slug: 'a', folder: single ? 'scripts/a.py' : 'scripts/a', single },
    files: paths.map((path) => ({ path, mode: '100644', id: '', size: 0 })),
  }
  const known = new Set(textsNeeded(place))
  const text = (path: string) => (known.has(path) ? files[path] : undefined)
  const { script, problems } = readScript(place, text, { timezone: 'UTC' })
  expect(problems).toEqual([])
  return rewritePause({ place, script: script! }, text, paused)
}

const folder = (yaml?: string) => ({
  'scripts/a/main.py': 'print(1)\n',
  ...(yaml === undefined ? {} : { 'scripts/a/script.yaml': yaml }),
})
const yamlOf = (yaml: string | undefined, paused: false | Pause) => rewritten(folder(yaml), paused)?.text
const sourceOf = (source: string, paused: false | Pause) =>
  rewritten({ 'scripts/a.py': source }, paused)?.text

test.each<[string, string | undefined, Pause, string]>([
  ['no manifest', undefined, { reason: 'x' }, 'paused: {reason: x}\n'],
  [
    'comments and odd spacing',
    '# Daily\nschedule:   { cron: "0 7 * * *" }  # early\n\n\ntags: [ a,b ]\n# end\n',
    HOLIDAYS,
    '# Daily\nschedule:   { cron: "0 7 * * *" }  # early\n\n\ntags: [ a,b ]\n# end\npaused: {reason: Holidays, until: 2026-12-01T00:00:00Z}\n',
  ],
  ['no line end', 'timeout: 5m', { reason: 'x' }, 'timeout: 5m\npaused: {reason: x}\n'],
  ['Windows lines', 'timeout: 5m\r\n', { reason: 'x' }, 'timeout: 5m\r\npaused: {reason: x}\r\n'],
  [
    'a pause already',
    'paused: true # why?\ntimeout: 5m\n',
    { reason: 'x' },
    'paused: {reason: x} # why?\ntimeout: 5m\n',
  ],
  [
    'a pause over lines',
    'paused:\n  reason: old\n  until: 2027-01-01T00:00:00Z\ntimeout: 5m\n',
    { reason: 'new' },
    'paused: {reason: new}\ntimeout: 5m\n',
  ],
  [
    'words that YAML would read otherwise',
    '',
    { reason: '# a: "b", {' },
    `paused: {reason: '# a: "b", {'}\n`,
  ],
  ['a flow mapping', '{timeout: 5m}\n', { reason: 'x' }, '{timeout: 5m, paused: {reason: x}}\n'],
  [
    'text that keeps its line ends',
    'description: |+\n  a\n\n',
    { reason: 'x' },
    'description: |+\n  a\n\npaused: {reason: x}\n',
  ],
  [
    'the end of a document',
    '---\ntimeout: 5m\n...\n',
    { reason: 'x' },
    '---\ntimeout: 5m\npaused: {reason: x}\n...\n',
  ],
])('a manifest with %s is paused, and nothing else in it changes', (_, yaml, pause, wanted) => {
  expect(yamlOf(yaml, pause)).toBe(wanted)
})

test.each([
  ['alone', 'paused: true\n', null],
  [
    'between others',
    'timeout: 5m\npaused: {reason: x} # y\n# z\ntags: [a]\n',
    'timeout: 5m\n# z\ntags: [a]\n',
  ],
  ['over lines', 'paused:\n  reason: old\n\n# next\ntimeout: 5m\n', '\n# next\ntimeout: 5m\n'],
  ['in a flow mapping', '{timeout: 5m, paused: true}\n', '{timeout: 5m}\n'],
])('a pause that stands %s is taken out', (_, yaml, wanted) => {
  expect(yamlOf(yaml, false)).toBe(wanted)
})

test('where sxs.yaml pauses everything, a script says that it is not paused', () => {
  const files = { ...folder('timeout: 5m\n'), 'sxs.yaml': 'defaults: {paused: true}\n' }
  expect(rewritten(files, false)?.text).toBe('timeout: 5m\npaused: false\n')
})

test('a single file is paused in its block, which is made for it and taken away again', () => {
  const source = '#!/usr/bin/env python3\n"""Doc."""\nprint(1)\n'
  const paused = sourceOf(source, { reason: 'a "quoted" \\ reason', until: UNTIL })!
  expect(paused).toBe(
    '#!/usr/bin/env python3\n# /// script\n# [tool.sxs]\n' +
      '# paused = { reason = "a \\"quoted\\" \\\\ reason", until = 2026-12-01T00:00:00Z }\n# ///\n\n"""Doc."""\nprint(1)\n',
  )
  expect(sourceOf(paused, false)).toBe(source)
})

test('a block keeps what else it says', () => {
  const block = (...lines: string[]) => ['# /// script', ...lines, '# ///', 'print(1)', ''].join('\n')
  const start = block('# dependencies = []', '#', '# [tool.sxs] # ours', '# timeout = "5m"', '# tags = ["a"]')
  const paused = block(
    ...['# dependencies = []', '#', '# [tool.sxs] # ours', '# paused = { reason = "x" }'],
    ...['# timeout = "5m"', '# tags = ["a"]'],
  )
  expect(sourceOf(start, { reason: 'x' })).toBe(paused)
  expect(sourceOf(paused, false)).toBe(start)
  const table = block('# [tool.sxs]', '# timeout = "5m"', '# [tool.sxs.paused]', '# reason = "y"')
  expect(sourceOf(table, false)).toBe(block('# [tool.sxs]', '# timeout = "5m"'))
  expect(sourceOf(table, { reason: 'x' })).toBe(
    block('# [tool.sxs]', '# paused = { reason = "x" }', '# timeout = "5m"'),
  )
  expect(sourceOf(block('# dependencies = []'), { reason: 'x' })).toBe(
    block('# dependencies = []', '# [tool.sxs]', '# paused = { reason = "x" }'),
  )
})

test('the block of a folder is written where it holds the manifest', () => {
  const files = { 'scripts/a/main.py': '# /// script\n# [tool.sxs]\n# timeout = "5m"\n# ///\n' }
  expect(rewritten(files, { reason: 'x' })?.path).toBe('scripts/a/main.py')
  expect(rewritten(folder(), { reason: 'x' })?.path).toBe('scripts/a/script.yaml')
})

test('what cannot be written for certain is left to a person', () => {
  const inline = '# /// script\n# tool = {sxs = {timeout = "5m"}}\n# ///\n'
  expect(sourceOf(inline, { reason: 'x' })).toBeUndefined()
})
