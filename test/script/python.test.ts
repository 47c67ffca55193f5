import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pythonWanted, satisfies } from '../../src/script/index.ts'
import { scriptOf } from './tree.ts'

test.each([
  ['3.11.7', '>=3.10', true],
  ['3.9.2', '>=3.10', false],
  ['3.12.4', '>=3.10,<3.13', true],
  ['3.13.0', '>=3.10,<3.13', false],
  ['3.13.0rc1', '<3.13', false],
  ['3.13.0rc1', '<=3.13', true],
  ['3.13.0rc1', '>=3.13', false],
  ['3.13.0a1', '<3.13.0b1', true],
  ['3.13.0.dev1', '<3.13.0a1', true],
  ['3.12.4', '3.12', true],
  ['3.13.0', '3.12', false],
  ['3.12.4', '3', true],
  ['3.12.4', '3.12.4', true],
  ['3.12.5', '3.12.4', false],
  ['3.12.4', '3.12.*', true],
  ['3.12.4', '==3.12.*', true],
  ['3.12.4', '==3.12', false],
  ['3.12.0', '==3.12', true],
  ['3.12.4', '!=3.12.*', false],
  ['3.12.4', '!=3.12.3', true],
  ['3.12.4', '~=3.10', true],
  ['4.0.0', '~=3.10', false],
  ['3.12.4', '~=3.12.2', true],
  ['3.13.0', '~=3.12.2', false],
  ['3.12.4', '>3.12', true],
  ['3.10.0', '>= 3.9 , != 3.9.1', true],
  ['3.12.4', '===3.12.4', true],
  ['3.12.4', 'new', false],
  ['new', '>=3', false],
])('%s satisfies %s: %s', (version, specifier, expected) => {
  expect(satisfies(version, specifier)).toBe(expected)
})

test('a bound and its opposite divide all versions', () => {
  const version = fc.tuple(fc.nat(4), fc.nat(20), fc.nat(20)).map((parts) => parts.join('.'))
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(satisfies(a, `>=${b}`)).toBe(!satisfies(a, `<${b}`))
      expect(satisfies(a, `<=${b}`)).toBe(!satisfies(a, `>${b}`))
      expect(satisfies(a, `==${b}`)).toBe(a === b)
    }),
  )
})

test('python and requires-python are wanted together', () => {
  const main = { 'scripts/report/main.py': '# /// script\n# requires-python = ">=3.10"\n# ///\n' }
  expect(pythonWanted(scriptOf('', main))).toBe('>=3.10')
  expect(pythonWanted(scriptOf('python: 3.12', main))).toBe('==3.12.*,>=3.10')
  expect(pythonWanted(scriptOf('python: 3.12.4'))).toBe('3.12.4')
  expect(pythonWanted(scriptOf(''))).toBeUndefined()
})
