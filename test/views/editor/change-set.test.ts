import { expect, test } from 'vitest'
import { createChangeSet, subjectOf } from '../../../views/client/editor/change-set.ts'

function opened(draft = {}) {
  const set = createChangeSet(['main.py', 'script.yaml'], draft)
  set.learn('main.py', 'one\n')
  return set
}
const kinds = (set: ReturnType<typeof opened>) =>
  set
    .states()
    .map(({ path, kind }) => `${path} ${kind}`)
    .join(', ')

test('what was typed is an edit, and typing it back is none', () => {
  const set = opened()
  expect(set.isEmpty()).toBe(true)
  set.write('main.py', 'two\n')
  expect([kinds(set), set.edits()]).toEqual(['main.py changed, script.yaml same', { 'main.py': 'two\n' }])
  set.write('main.py', 'one\n')
  expect(set.isEmpty()).toBe(true)
})

test('a file is added, and taken away again without a trace', () => {
  const set = opened()
  set.write('part.py', '')
  expect(kinds(set)).toBe('main.py same, script.yaml same, part.py added')
  set.remove('part.py')
  expect(set.isEmpty()).toBe(true)
})

test('a file of the base that is removed is an edit, and can be had back', () => {
  const set = opened()
  set.remove('main.py')
  expect([kinds(set), set.edits()]).toEqual(['main.py removed, script.yaml same', { 'main.py': null }])
  set.restore('main.py')
  expect([set.isEmpty(), set.textOf('main.py')]).toEqual([true, 'one\n'])
})

test('a rename takes the old path away and keeps the text; renaming back leaves nothing', () => {
  const set = opened()
  set.rename('main.py', 'report.py')
  expect(set.edits()).toEqual({ 'main.py': null, 'report.py': 'one\n' })
  set.rename('report.py', 'main.py')
  expect(set.isEmpty()).toBe(true)
})

test('a draft is there before the files are read, and falls away where it is what they say', () => {
  const set = createChangeSet(['main.py'], { 'main.py': 'same\n', 'new.py': 'x\n' })
  expect(set.textOf('main.py')).toBe('same\n')
  set.learn('main.py', 'same\n')
  expect(set.edits()).toEqual({ 'new.py': 'x\n' })
})

test('the subject of a commit names up to three files', () => {
  expect(subjectOf('demo', { a: '', b: null })).toBe('Edit demo: a, b')
  expect(subjectOf('demo', { a: '', b: '', c: '', d: '' })).toBe('Edit demo: a, b, c …')
})
