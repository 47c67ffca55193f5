import { expect, test } from 'vitest'
import { systemActor } from '../../src/base/index.ts'
import { openTestAccess } from './open.ts'

test('the audit is listed newest first, page by page, while events arrive', async () => {
  const { access } = await openTestAccess()
  const append = (target: string) => access.audit.append({ actor: systemActor, action: 'reindex', target })
  for (const target of ['1', '2', '3', '4', '5']) await append(target)
  const first = await access.audit.list(systemActor, { limit: 2 })
  await append('6')
  const second = await access.audit.list(systemActor, { limit: 3, cursor: first.nextCursor! })
  expect([...first.items, ...second.items].map(({ target }) => target)).toEqual(['5', '4', '3', '2', '1'])
  expect(second.nextCursor).toBeUndefined()
})

test('an event keeps commits, address and outcome', async () => {
  const { access, user, clock } = await openTestAccess()
  const ann = await user('ann', 'editor')
  const event = {
    target: 'refs/heads/main',
    before: 'a'.repeat(40),
    after: 'b'.repeat(40),
    address: '192.0.2.99',
  }
  await access.audit.append({ actor: ann, action: 'repository.push', ...event, outcome: 'refused' })
  expect((await access.audit.list(ann, { limit: 1 })).items).toEqual([
    { id: 2, at: clock.now(), actor: 'ann', action: 'repository.push', ...event, outcome: 'refused' },
  ])
})

test.each([
  [{ limit: 0 }, 'limit must be a whole number from 1 to 200'],
  [{ limit: 201 }, 'limit must be a whole number from 1 to 200'],
  [{ limit: 1.5 }, 'limit must be a whole number from 1 to 200'],
  [{ limit: 1, cursor: '1 or 1=1' }, 'cursor must be one that a list gave'],
])('the request %j is refused', async (request, message) => {
  const { access } = await openTestAccess()
  await expect(access.audit.list(systemActor, request)).rejects.toMatchObject({ code: 'invalid', message })
})
