import { describe, expect, test } from 'vitest'
import {
  isPlainRequirement,
  lockFromCompiled,
  lockFromReport,
  packagesOf,
} from '../../src/environment/lock.ts'
import { pipsWords } from '../../src/environment/pip.ts'
import { usableVersion, uvsWords } from '../../src/environment/uv.ts'

const entry = (name: string, version: string, archive: object) => ({
  metadata: { name, version },
  download_info: { url: 'http://127.0.0.1/x.whl', archive_info: archive },
})

describe('a lock', () => {
  test('is made from a report of pip, sorted and with plain names', () => {
    const report = {
      install: [
        entry('Zope.Interface', '6.0', { hashes: { sha256: 'ff' } }),
        entry('attrs', '23.1', { hash: 'sha256=aa' }),
      ],
    }
    expect(lockFromReport(JSON.stringify(report)).text).toBe(
      'attrs==23.1 --hash=sha256:aa\nzope-interface==6.0 --hash=sha256:ff\n',
    )
  })

  test('is refused from a report without hashes', () => {
    const report = { install: [entry('attrs', '23.1', {})] }
    expect(() => lockFromReport(JSON.stringify(report))).toThrow('pip gave no sha256 for attrs 23.1')
  })

  test('is made from what uv compiled', () => {
    const text =
      '# made by uv\nb==2 \\\n    --hash=sha256:cc \\\n    --hash=sha256:bb\na==1 \\\n    --hash=sha256:aa\n'
    const lock = lockFromCompiled(text)
    expect(lock.text).toBe('a==1 --hash=sha256:aa\nb==2 --hash=sha256:bb --hash=sha256:cc\n')
    expect(packagesOf(lock.text)).toEqual([
      { name: 'a', version: '1' },
      { name: 'b', version: '2' },
    ])
  })
})

test.each([
  'requests',
  'requests>=2,<3',
  'requests[socks] ~= 2.31; python_version < "3.13"',
  'requests==2.31.0 --hash=sha256:aa --hash=sha256:bb',
  "backports.zoneinfo; python_version<'3.9' and sys_platform!='win32'",
])('%s is a plain requirement', (line) => {
  expect(isPlainRequirement(line)).toBe(true)
})

test.each([
  './here',
  'lib/here.whl',
  'here @ file:///tmp/here.whl',
  'here@git+https://example.org/here',
  'git+https://example.org/here',
  '-e .',
  '-r ../other.txt',
  '--no-binary :all:',
  'requests --no-binary=:all:',
  'requests==1 --hash=sha256:aa --global-option=x',
  'requests==1\n--no-binary :all:',
  'requests \\',
  '',
])('%j is no plain requirement', (line) => {
  expect(isPlainRequirement(line)).toBe(false)
})

describe('the words of', () => {
  test('pip are its errors, without the paths of our files', () => {
    const stderr = [
      'WARNING: something else',
      'ERROR: Could not find a version that satisfies the requirement a==9 (from -r /x/requirements.txt (line 1)) (from versions: 1)',
      '',
      'ERROR: No matching distribution found for a==9 (from -r /x/requirements.txt (line 1))',
      '[notice] A new release of pip is available',
    ]
    expect(pipsWords('Looking in indexes: x\n', stderr.join('\n'))).toBe(
      'ERROR: Could not find a version that satisfies the requirement a==9 (from versions: 1)\nERROR: No matching distribution found for a==9',
    )
  })

  test('pip say what conflicts, and why it could not connect', () => {
    const stdout =
      'Collecting a\n\nThe conflict is caused by:\n    a 1 depends on c==1\n    b 1 depends on c==2\n\nTo fix this\n'
    const stderr =
      'WARNING: Retrying (Retry(total=4)) after connection broken\nERROR: Cannot install a and b\nERROR: ResolutionImpossible: for help visit x\n'
    expect(pipsWords(stdout, stderr)).toBe(
      [
        'WARNING: Retrying (Retry(total=4)) after connection broken',
        'ERROR: Cannot install a and b',
        'The conflict is caused by:',
        '    a 1 depends on c==1',
        '    b 1 depends on c==2',
      ].join('\n'),
    )
  })

  test('pip are its last lines where it names no error', () => {
    expect(pipsWords('', 'Traceback\n  File "x"\nOSError: no\n')).toBe('Traceback\n  File "x"\nOSError: no')
  })

  test('uv are all but its progress', () => {
    const stderr =
      'Using Python 3.11.7\n  × No solution found when resolving dependencies:\n  ╰─▶ Because there is no a==9\n'
    expect(uvsWords('', stderr)).toBe(
      '  × No solution found when resolving dependencies:\n  ╰─▶ Because there is no a==9',
    )
  })
})

test.each([
  ['uv 0.8.4 (e176e17bb 2026-07-17)', '0.8.4'],
  ['uv 1.0.0', '1.0.0'],
  ['uv 0.4.30', undefined],
  ['nothing', undefined],
])('%j is usable as %s', (told, version) => {
  expect(usableVersion(told)).toBe(version)
})
