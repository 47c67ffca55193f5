import { expect, test } from 'vitest'
import { scriptSchema } from '../../../src/script/index.ts'
import { placeAt } from '../../../views/client/editor/manifest-place.ts'
import {
  aboutKey,
  keysAt,
  onlyValuesAt,
  valuesAt,
  type Schema,
} from '../../../views/client/editor/manifest-schema.ts'

const schema = scriptSchema() as Schema

/** The place of the mark `|` in the text. */
function placeOf(marked: string) {
  const at = marked.indexOf('|')
  const place = placeAt(marked.replace('|', ''), at)
  if (!place) return undefined
  const { path, kind, typed, present } = place
  return [path.join('.'), kind, typed, present.join(' ')]
}

test.each<[string, string, (string | undefined)[] | undefined]>([
  ['an empty manifest', '|', ['', 'key', '', '']],
  ['the beginning of a key', 'timeout: 5m\nsche|\ntags: []\n', ['', 'key', 'sche', 'timeout tags']],
  ['a value', 'overlap: sk|', ['overlap', 'value', 'sk', 'overlap']],
  ['a value not begun', 'overlap: |', ['overlap', 'value', '', 'overlap']],
  ['a key below a key', 'catch_up:\n  mode: none\n  win|', ['catch_up', 'key', 'win', 'mode']],
  ['a value below a key', 'catch_up:\n  mode: |\n', ['catch_up.mode', 'value', '', 'mode']],
  ['a key in braces', 'schedule: {cron: "0 7 * * *", ti|}', ['schedule', 'key', 'ti', 'cron']],
  [
    'a value in braces',
    'schedule: {cron: "0 7 * * *", timezone: Eu|',
    ['schedule.timezone', 'value', 'Eu', 'cron timezone'],
  ],
  ['a value in quotes', 'schedule: {cron: "0 7 |', ['schedule.cron', 'value', '"0 7 ', 'cron']],
  ['a key in a list in brackets', 'schedule: [{every: 1h}, {cr|', ['schedule.[]', 'key', 'cr', '']],
  ['an entry of a list in brackets', 'notify: {on: [failure, |', ['notify.on.[]', 'value', '', '']],
  ['an entry of a list', 'tags:\n  - re|', ['tags.[]', 'entry', 're', '']],
  ['a key of an entry', 'schedule:\n  - cron: x\n    time|', ['schedule.[]', 'key', 'time', 'cron']],
  ['a value of an entry', 'schedule:\n  - cron: |', ['schedule.[].cron', 'value', '', 'cron']],
  ['an entry in the column of its key', 'schedule:\n- cron: x\n  ti|', ['schedule.[]', 'key', 'ti', 'cron']],
  ['a second entry', 'schedule:\n  - cron: x\n  - ev|', ['schedule.[]', 'entry', 'ev', '']],
  ['what follows a list', 'schedule:\n  - cron: x\nti|', ['', 'key', 'ti', 'schedule']],
  ['after blank lines and comments', 'retries:\n  # why\n\n  li|', ['retries', 'key', 'li', '']],
  ['a comment', 'timeout: 5m # be|', undefined],
])('%s is known for what it is', (_, marked, place) => {
  expect(placeOf(marked)).toEqual(place)
})

const textsOf = (offers: { text: string }[]) => offers.map(({ text }) => text)

test('every key of the manifest is offered with what it means', () => {
  const keys = keysAt(schema, [])
  expect(textsOf(keys)).toEqual(expect.arrayContaining(['schedule', 'timeout', 'paused', 'after', 'warm']))
  expect(keys.filter(({ about }) => !about)).toEqual([])
  expect(aboutKey(schema, ['timeout'])).toMatch(/^SIGTERM after it\. .*Default: 30m\.$/)
})

test('keys are offered wherever a mapping stands, in a list too', () => {
  expect(textsOf(keysAt(schema, ['schedule']))).toEqual(['cron', 'timezone', 'every', 'start', 'jitter'])
  expect(keysAt(schema, ['schedule', '[]'])).toEqual(keysAt(schema, ['schedule']))
  expect(textsOf(keysAt(schema, ['catch_up']))).toEqual(['mode', 'window'])
  expect(textsOf(keysAt(schema, ['secrets', '[]']))).toEqual(['name', 'file'])
  expect(keysAt(schema, ['timeout'])).toEqual([])
})

test('values are all that there are, or examples, and the default is marked', () => {
  expect(valuesAt(schema, ['overlap'])).toEqual([
    { text: 'skip', isDefault: true },
    { text: 'queue' },
    { text: 'replace' },
    { text: 'allow' },
  ])
  expect(valuesAt(schema, ['network'])).toEqual([{ text: 'true', isDefault: true }, { text: 'false' }])
  expect(textsOf(valuesAt(schema, ['after', 'on']))).toEqual(['success', 'failure', 'any'])
  expect(textsOf(valuesAt(schema, ['schedule']))).toContain('{cron: "0 7 * * 1-5", timezone: Europe/Rome}')
  expect(textsOf(valuesAt(schema, ['catch_up']))).toEqual([
    'none',
    'latest',
    'all',
    '{mode: latest, window: 24h}',
  ])
})

test('only where nothing else may stand are the values all that there are', () => {
  expect(onlyValuesAt(schema, ['overlap'])).toEqual(['skip', 'queue', 'replace', 'allow'])
  expect(onlyValuesAt(schema, ['network'])).toEqual([true, false])
  expect(onlyValuesAt(schema, ['catch_up', 'mode'])).toEqual(['none', 'latest', 'all'])
  expect(onlyValuesAt(schema, ['paused'])).toBeUndefined()
  expect(onlyValuesAt(schema, ['timeout'])).toBeUndefined()
  expect(onlyValuesAt(schema, ['nothing'])).toBeUndefined()
})
