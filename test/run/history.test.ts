import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openRecord } from '../../src/db/index.ts'
import { createRunStore } from '../../src/run/index.ts'
import { temporaryFolder } from '../support/folder.ts'

async function openRuns() {
  const db = await openRecord(join(temporaryFolder(), 'record.db'))
  const store = createRunStore(db)
  const insert = (slug: string, queuedAt: number) =>
    store.insert({ slug, queuedAt, commit: 'c', revision: `r${queuedAt}`, cause: 'tick', actor: 'system' })
  return { db, store, insert }
}

test('the newest runs of many scripts are had at once, newest first', async () => {
  const { store, insert } = await openRuns()
  for (let at = 1; at <= 5; at += 1) await insert('a', at)
  const { id } = await insert('b', 6)
  await store.claim(id, { startedAt: 7, leaseUntil: 9, isolation: 'none' })
  const marks = await store.marks(['b', 'nobody', 'a', 'a'], 3)
  expect([...marks.keys()]).toEqual(['b', 'nobody', 'a'])
  expect(marks.get('a')!.map(({ queuedAt }) => queuedAt)).toEqual([5, 4, 3])
  expect(marks.get('nobody')).toEqual([])
  expect(marks.get('b')).toEqual([{ id, state: 'running', revision: 'r6', queuedAt: 6, startedAt: 7 }])
})

test('of many scripts the last run is had at once, and some runs by their ids', async () => {
  const { store, insert } = await openRuns()
  for (let at = 1; at <= 4; at += 1) await insert(at % 2 ? 'a' : 'b', at)
  const last = await store.last(['a', 'b', 'nobody'])
  expect(last.map(({ slug, queuedAt }) => [slug, queuedAt])).toEqual([
    ['a', 3],
    ['b', 4],
  ])
  expect((await store.some([1, 4, 99])).map(({ id }) => id)).toEqual([1, 4])
  expect(await store.some([])).toEqual([])
})

test('neither reads more of the record than it gives', async () => {
  const { db, store } = await openRuns()
  const plans: string[] = []
  const { client } = db
  const execute = client.execute.bind(client)
  // The plan of each statement, as SQLite tells it, for the statements that the store itself makes.
  client.execute = (async (statement: { sql: string; args: [] }) => {
    const plan = await execute({ ...statement, sql: `explain query plan ${statement.sql}` })
    plans.push(...plan.rows.map((row) => String(row['detail'])))
    return execute(statement)
  }) as typeof client.execute
  await store.marks(['a'], 30)
  await store.last(['a'])
  expect(plans.filter((step) => /^SCAN (runs|ticks)/.test(step))).toEqual([])
  expect(plans).toContain('SEARCH runs USING INDEX runs_by_slug (slug=?)')
  expect(plans).toContain('SEARCH runs USING COVERING INDEX runs_by_slug (slug=?)')
})
