import { expect, test } from 'vitest'
import { problemsOf } from './tree.ts'

// The messages are the product: they are frozen here, word for word.
const later = (rest: string) => `write a duration ${rest}`

const wrong: [manifest: string, problems: string[]][] = [
  ['timout: 5m', ["1:1: unknown key 'timout'; write 'timeout'"]],
  ['trigger: x', ["1:1: unknown key 'trigger'; delete it, or see /schemas/script.json"]],
  ['__proto__: {a: 1}', ["1:1: unknown key '__proto__'; delete it, or see /schemas/script.json"]],
  ['constructor: x', ["1:1: unknown key 'constructor'; delete it, or see /schemas/script.json"]],
  ['schedule:', ['1:1: schedule has no value; write one, or delete the line']],
  ['description: [a]', ["1:14: description: it must be text; write 'What it does'"]],
  [
    `description: ${'a'.repeat(1001)}`,
    [`1:14: description '${'a'.repeat(75)}…': it has over 1000 characters; make it shorter`],
  ],
  ['tags: reports', ["1:7: tags 'reports': it must be a list; write [reports]"]],
  [
    'tags: [a b, 3]',
    [
      "1:8: tags 'a b': it is not a tag; write one such as reports",
      '1:13: tags 3: it must be text; write reports',
    ],
  ],
  [
    'entry: ../other/main.py',
    ["1:8: entry '../other/main.py': there is no such file in scripts/report/; write main.py"],
  ],
  ['entry: run.sh', ["1:8: entry 'run.sh': it is not a Python file; write one such as main.py"]],
  ['entry: mian.py', ["1:8: entry 'mian.py': there is no such file in scripts/report/; write main.py"]],
  ['args: {a: 1}', ['1:7: args: it must be a list; write [--verbose]']],
  ['args: [[a]]', ['1:8: args: it must be text; write it in quotes']],
  ['schedule: 15m', ["1:11: schedule '15m': it must be a mapping; write {every: 15m}"]],
  [
    'schedule: "0 7 * * *"',
    ['1:11: schedule \'0 7 * * *\': it must be a mapping; write {cron: "0 7 * * *"}'],
  ],
  [
    'schedule: daily',
    ['1:11: schedule \'daily\': it must be a mapping; write {cron: "0 7 * * 1-5", timezone: Europe/Rome}'],
  ],
  [
    'schedule: {}',
    [
      '1:11: schedule: it has neither cron nor every; write {cron: "0 7 * * 1-5", timezone: Europe/Rome} or {every: 15m}',
    ],
  ],
  [
    'schedule:\n  - cron: 61 * * * *\n  - corn: "@daily"\n',
    [
      "2:11: cron '61 * * * *': minute 61 is outside 0-59; write a minute from 0 to 59",
      "3:5: schedule: unknown key 'corn'; write 'cron'",
    ],
  ],
  ['schedule: {cron: 5}', ['1:18: cron 5: it must be text; write "0 7 * * 1-5" in quotes']],
  ['schedule: {cron: }', ['1:12: cron: it must be text; write "0 7 * * 1-5" in quotes']],
  [
    'schedule: {every: 1m, cron: "@daily"}',
    ['1:12: schedule: it has both cron and every; make them two schedules in a list'].map((line) =>
      line.replace('1:11', '1:12'),
    ),
  ],
  [
    'schedule: {every: 4s}',
    [`1:19: every '4s': it is outside 5 s to 365 d; ${later('from 5s to 365d, such as 15m')}`],
  ],
  [
    'schedule: {every: 366d}',
    [`1:19: every '366d': it is outside 5 s to 365 d; ${later('from 5s to 365d, such as 15m')}`],
  ],
  [
    'schedule: {every: 1h, jitter: 1h}',
    ["1:31: jitter '1h': it is not shorter than every; write a shorter jitter"],
  ],
  [
    'schedule: {every: 1h, timezone: UTC}',
    ['1:23: schedule: timezone goes with cron, not with every; delete it'],
  ],
  [
    'schedule: {cron: "@daily", start: 2026-01-01T00:00:00Z}',
    ['1:28: schedule: start goes with every, not with cron; delete it'],
  ],
  [
    'schedule: {every: 1h, start: 2026-02-30T00:00:00Z}',
    [
      "1:30: start '2026-02-30T00:00:00Z': there is no such day; write date, time and offset, such as 2026-01-01T00:00:00Z",
    ],
  ],
  [
    'schedule: {every: 1h, start: 2026-01-01}',
    [
      "1:30: start '2026-01-01': it is no moment in time; write date, time and offset, such as 2026-01-01T00:00:00Z",
    ],
  ],
  [
    'schedule: {cron: "@daily", timezone: Europe/Roma}',
    ["1:38: timezone 'Europe/Roma': there is no such time zone; write Europe/Rome"],
  ],
  [
    'schedule: {cron: "@daily", timezone: "+02:00"}',
    ["1:38: timezone '+02:00': there is no such time zone; write an IANA name such as Europe/Rome"],
  ],
  [
    'schedule:\n  - {cron: "@daily"}\n  - {cron: 0 0 * * *, timezone: UTC}',
    ['3:5: schedule: this one means the same as one before it; delete one of them'],
  ],
  ['paused: yes', ["1:9: paused 'yes': it must be true or false; write true or false"]],
  [
    'paused: {until: soon, why: x}',
    [
      "1:17: until 'soon': it is no moment in time; write date, time and offset, such as 2026-01-01T00:00:00Z",
      "1:23: paused: unknown key 'why'; use one of reason, until",
    ],
  ],
  ['overlap: skp', ["1:10: overlap 'skp': it is not one of skip, queue, replace, allow; write skip"]],
  [
    'catch_up: {mode: some, window: 1s}',
    [
      "1:18: mode 'some': it is not one of none, latest, all; write one of none, latest, all",
      `1:32: window '1s': it is outside 1 min to 365 d; ${later('from 1m to 365d, such as 24h')}`,
    ],
  ],
  ['timeout: 8d', [`1:10: timeout '8d': it is outside 1 s to 7 d; ${later('from 1s to 7d, such as 30m')}`]],
  ['timeout: 0', [`1:10: timeout 0: it is outside 1 s to 7 d; ${later('from 1s to 7d, such as 30m')}`]],
  [
    'grace: 1 hour',
    [
      `1:8: grace '1 hour': it is no duration; ${later('from 0s to 10m, such as 10s (units: ms, s, m, h, d, w)')}`,
    ],
  ],
  [
    'gate_timeout: [1]',
    [
      `1:15: gate_timeout: it is no duration; ${later('from 1s to 10m, such as 30s (units: ms, s, m, h, d, w)')}`,
    ],
  ],
  ['retries: 3', ['1:10: retries 3: it must be a mapping; write {limit: 2, delay: 30s}']],
  [
    'retries: {limit: 1.5, backoff: 0}',
    [
      '1:18: limit 1.5: it is not a whole number; write a whole number from 0 to 20',
      '1:32: backoff 0: it is outside 1 to 10; write a number from 1 to 10',
    ],
  ],
  [
    'python: three',
    [
      "1:9: python 'three': 'three' is no version or comparison of versions; write a version (3.12) or a specifier (>=3.10,<3.13)",
    ],
  ],
  ['python: true', ["1:9: python true: it must be text; write it in quotes: '3.12'"]],
  [
    'memory: 1KiB',
    ["1:9: memory '1KiB': it is outside 16 MiB to 1 TiB; write a size from 16MiB to 1TiB, such as 512MiB"],
  ],
  [
    'memory: much',
    [
      "1:9: memory 'much': it is no size; write a size from 16MiB to 1TiB, such as 512MiB (units: B, kB, MB, GB, KiB, MiB, GiB)",
    ],
  ],
  ['network: "no"', ["1:10: network 'no': it must be true or false; write true or false"]],
  [
    'env: {SXS_A: 1, 1B: 2, C: [x], D: }',
    [
      "1:7: env: 'SXS_A' begins with SXS_, as only the server's own may; choose another name",
      "1:17: env: '1B' is not the name of a variable; write letters, digits and _, such as SMTP_PASSWORD",
      '1:27: C: it must be text; put it in quotes',
      '1:32: D: it has no value; write one, or "" for none',
    ],
  ],
  [
    'env: {LD_PRELOAD: x}',
    [
      "1:7: env: 'LD_PRELOAD' acts on what starts the script; set it in os.environ, for the programs that the script starts",
    ],
  ],
  ['env: [A]', ['1:6: env: it must be a mapping; write {REGION: eu}']],
  ['env: {A: "\\0"}', ['1:10: the text holds a NUL character; take it out']],
  [
    'secrets: [a-b, {file: x}, {name: K, file: ../k}]',
    [
      "1:11: secrets 'a-b': it is not the name of a variable; write letters, digits and _, such as SMTP_PASSWORD",
      '1:16: secrets: it lacks name; write {name: GCP_KEY, file: sa.json}',
      "1:43: file '../k': it is not a plain file name; write one such as sa.json",
    ],
  ],
  [
    'secrets: [A, A, B]\nenv: {B: 1}',
    [
      "1:14: secrets: 'A' is there twice; delete one of them",
      "1:17: secrets: 'B' is also in env; keep it in one of the two",
    ],
  ],
  [
    'input_schema: {type: string, properties: {a: {type: strin, pattern: "("}}, required: a}',
    [
      "1:22: type 'string': the input of a run is always an object; write type: object",
      "1:53: type 'strin': 'strin' is no JSON type; write string",
      "1:69: pattern '(': it is no regular expression; mend it (ECMA-262, Unicode)",
      "1:86: required 'a': it must be a list of property names; write them as [name, …] beside properties",
    ],
  ],
  ['after: {on: success}', ['1:8: after: it lacks script; write {script: finance.load, on: success}']],
  [
    'after: {script: finance/load, on: done}',
    [
      "1:17: script 'finance/load': it is no slug; write the path below scripts/ with dots, such as finance.load",
      "1:35: on 'done': it is not one of success, failure, any; write one of success, failure, any",
    ],
  ],
  [
    'notify: all',
    ["1:9: notify 'all': it must be none or a mapping; write none or {on: [failure], to: [ops]}"],
  ],
  ['notify: {on: failure}', ["1:14: on 'failure': it must be a list; write [failure]"]],
  [
    'retention: {runs: 0}',
    ['1:19: runs 0: it is outside 1 to 1000000; write a whole number from 1 to 1000000'],
  ],
  [
    'disable_after: often',
    ["1:16: disable_after 'often': it is not a whole number; write a whole number from 1 to 1000"],
  ],
  ['allow_sdists: yes', ["1:15: allow_sdists 'yes': it must be true or false; write true or false"]],
  ['warm: 1', ['1:7: warm 1: it must be true or false; write true or false']],
  // YAML itself
  ['timeout: 1m\ntimeout: 2m', ['2:1: this key is there twice; keep one of the two']],
  [
    'timeout: 1m\n---\ntimeout: 2m',
    ["2:1: a second document begins here; keep one, and delete the line '---'"],
  ],
  ['env:\n\tA: 1', ['2:1: the line is indented with a tab; indent with spaces']],
  [
    'timeout: 1m: x',
    ["1:10: a mapping cannot begin here; put text that holds ': ' in quotes, or begin a new line"],
  ],
  ['timeout:1m\ngrace: 1s', ["1:1: a key must end with a colon and a space; write 'key: value'"]],
  [
    'tags: [a',
    ['1:9: the indentation or a closing bracket is wrong; indent alike, and close what is opened'],
  ],
  ['timeout: !!python/object x', ['1:10: YAML tags are not known here; take the tag away']],
  ['timeout: @x', ['1:10: a value cannot begin with this character; put the value in quotes']],
  ['? [a]\n: b', ['1:3: a key must be plain text; write the key as one word']],
  ['- timeout', ["1:1: the top is a list, not a mapping of keys; write lines such as 'timeout: 30m'"]],
  ['hello', ["1:1: the top is a single value, not a mapping of keys; write lines such as 'timeout: 30m'"]],
  ['timeout: \ufffd', ['1:10: it is not valid UTF-8; save it as UTF-8']],
  ['timeout: .inf', ['1:10: Infinity is no JSON number; write a finite number']],
  ['timeout: *t', ['1:10: the alias *t has no anchor before it; write the value out']],
  ['env: &e {A: *e}', ['1:9: it is nested over 40 levels deep; make it flatter']],
  [`tags: [${'&a b, '}${'*a, '.repeat(51)}]`, ['1:214: there are over 50 aliases; write the value out']],
  [`env: ${'['.repeat(100)}${']'.repeat(100)}`, ['1:6: it is nested over 40 levels deep; make it flatter']],
  [`tags: [${'1, '.repeat(5001)}]`, ['1:1: it holds over 5000 values; make it shorter']],
  [`# ${'x'.repeat(70_000)}`, ['1:1: it is over 64 KiB; move what is long into a file of its own']],
]

test.each(wrong.map(([manifest, problems]) => [manifest.slice(0, 80), manifest, problems] as const))(
  '%j',
  (_, manifest, expected) => {
    expect(problemsOf(manifest)).toEqual(expected)
  },
)

test('an alias bomb is refused at once', () => {
  const names = 'abcdefgh'.split('')
  const lines = names.map((name, i) => `${name}: &${name} [${`*${names[i - 1]},`.repeat(i === 0 ? 0 : 6)} x]`)
  expect(problemsOf(lines.join('\n'))).toHaveLength(1)
})

test('a manifest without its entry says so', () => {
  expect(problemsOf('entry: report.py', { 'scripts/report/reports.py': '' })).toEqual([
    "1:8: entry 'report.py': there is no such file in scripts/report/; write reports.py",
  ])
  expect(problemsOf('entry: trigger.py', { 'scripts/report/trigger.py': '' })).toEqual([
    "1:8: entry 'trigger.py': trigger.py is the gate; write main.py",
  ])
})
