import { describe, expect, test } from 'vitest'
import { ACTIONS, assertCan, can, lesserRole, maySee, mayTouch, type Action } from '../../src/access/index.ts'
import { ROLES, systemActor, type Actor, type Role } from '../../src/base/index.ts'

// What each role may, as people are told; `own` is a key limited to `mine`, asked about `mine`.
const table: Record<Action, string> = {
  //                          viewer runner editor admin | limited key: own slug, no slug (least role, - never)
  'script.read': '             yes    yes    yes    yes     viewer viewer',
  'script.edit': '             no     no     yes    yes     editor -',
  'script.pause': '            no     no     yes    yes     editor -',
  'script.hold': '             no     yes    yes    yes     runner -',
  'run.read': '                yes    yes    yes    yes     viewer viewer',
  'run.enqueue': '             no     yes    yes    yes     runner -',
  'run.enqueue-other-commit': 'no     no     yes    yes     editor -',
  'run.cancel': '              no     yes    yes    yes     runner -',
  'run.rerun': '               no     yes    yes    yes     runner -',
  'log.read': '                yes    yes    yes    yes     viewer viewer',
  'tick.read': '               yes    yes    yes    yes     viewer viewer',
  'data.read': '               yes    yes    yes    yes     viewer -',
  'data.write': '              no     no     yes    yes     editor -',
  'environment.read': '        yes    yes    yes    yes     -      -',
  'environment.resolve': '     no     no     yes    yes     editor -',
  'repository.read': '         yes    yes    yes    yes     editor editor',
  'repository.push': '         no     no     yes    yes     editor editor',
  'status.read': '             yes    yes    yes    yes     viewer viewer',
  'user.read': '               yes    yes    yes    yes     -      -',
  'user.manage': '             no     no     no     yes     -      -',
  'session.manage-own': '      yes    yes    yes    yes     -      -',
  'session.manage-others': '   no     no     no     yes     -      -',
  'key.manage-own': '          yes    yes    yes    yes     -      -',
  'key.manage-others': '       no     no     no     yes     -      -',
  'secret.read': '             yes    yes    yes    yes     -      -',
  'secret.write': '            no     no     no     yes     -      -',
  'settings.read': '           yes    yes    yes    yes     -      -',
  'settings.write': '          no     no     no     yes     -      -',
  'audit.read': '              yes    yes    yes    yes     -      -',
  reindex: '                   no     no     no     yes     -      -',
}

const user = (role: Role): Actor => ({ kind: 'user', userId: 1, name: 'ann', role })
const limited = (role: Role): Actor => ({ ...user(role), kind: 'key', keyId: 1, scripts: ['mine'] })
const leastOf = (allowed: (role: Role) => boolean) => ROLES.find(allowed) ?? '-'

test('the table here names every action', () => {
  expect(Object.keys(table)).toEqual(ACTIONS)
})

describe.each(Object.entries(table) as [Action, string][])('%s', (action, row) => {
  const [own, none] = row.trim().split(/\s+/).slice(4)

  test.each(ROLES.map((role, at) => [role, row.trim().split(/\s+/)[at]] as const))(
    'for a %s: %s',
    (role, answer) => {
      expect(can(user(role), action) ? 'yes' : 'no').toBe(answer)
      expect(can(user(role), action, 'mine') ? 'yes' : 'no').toBe(answer)
    },
  )

  test('for a key limited to scripts', () => {
    expect(leastOf((role) => can(limited(role), action, 'mine'))).toBe(own)
    expect(leastOf((role) => can(limited(role), action))).toBe(none)
    expect(leastOf((role) => can(limited(role), action, 'other'))).toBe('-')
  })

  test('for the system: yes', () => {
    expect(can(systemActor, action)).toBe(true)
  })
})

test('a refusal names the role needed', () => {
  expect(() => assertCan(user('viewer'), 'run.enqueue', 'mine')).toThrow(
    expect.objectContaining({
      code: 'forbidden',
      message: 'this needs the role runner; ann has viewer (run.enqueue)',
      details: { action: 'run.enqueue', role: 'runner' },
    }),
  )
  expect(() => assertCan(limited('runner'), 'script.edit', 'mine')).toThrow(
    'this needs the role editor; this key of ann has runner (script.edit)',
  )
})

test('what a key may not see is not found, whatever its role', () => {
  for (const role of ROLES) {
    expect(() => assertCan(limited(role), 'run.enqueue', 'other')).toThrow(
      expect.objectContaining({ code: 'not_found', message: 'script other is not found' }),
    )
  }
  expect(maySee(limited('admin'), 'mine')).toBe(true)
  expect(maySee(limited('admin'), 'mine.below')).toBe(false)
})

test('a role or an action from nowhere may nothing', () => {
  const stranger = { ...user('viewer'), role: 'owner' as Role }
  expect(ACTIONS.filter((action) => can(stranger, action))).toEqual([])
  for (const action of ['toString', 'constructor', '__proto__', 'script.burn'])
    expect(can(systemActor, action as Action)).toBe(false)
  expect(lesserRole('owner' as Role, 'admin')).toBe('owner')
  expect(lesserRole('admin', 'owner' as Role)).toBe('owner')
})

test('a push may touch only the scripts of its key', () => {
  expect(mayTouch(limited('editor'), ['mine'])).toBe(true)
  expect(mayTouch(limited('editor'), ['mine', 'other'])).toBe(false)
  expect(mayTouch(limited('editor'), 'everything')).toBe(false)
  expect(mayTouch(limited('runner'), ['mine'])).toBe(false)
  expect(mayTouch(user('editor'), ['mine', 'other'])).toBe(true)
  expect(mayTouch(user('editor'), 'everything')).toBe(true)
})
