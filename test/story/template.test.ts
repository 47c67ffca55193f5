import { expect, test } from 'vitest'
import { clone, newRepository, startServer } from '../support/server.ts'

test('the first push of a foreign history replaces the template', async () => {
  const server = await startServer()
  try {
    expect((await server.api('GET', '/scripts')).body['items']).toMatchObject([
      { slug: 'hello', paused: {}, problems: [] },
      { slug: 'reports.nightly', paused: {}, problems: [] },
    ])
    const own = await newRepository(server.gitUrl)
    const { said } = await own.ship({ 'scripts/mine/main.py': 'def main():\n    return 7\n' })
    expect(said).toContain('+ mine')
    expect(said).toContain('- hello: its schedules are retired, its history stays')
    expect((await server.api('GET', '/scripts')).body['items']).toMatchObject([{ slug: 'mine' }])
    expect(await server.execute('mine')).toMatchObject({ result: 7 })

    const other = await newRepository(server.gitUrl)
    await other.commit({ 'scripts/theirs/main.py': 'def main(): pass\n' })
    expect((await other.push('--force', 'origin', 'main')).ok).toBe(false)
  } finally {
    await server.stop()
  }
})

test('a refused first push leaves the template, and a clone of it pushes as ever', async () => {
  const server = await startServer()
  try {
    const own = await newRepository(server.gitUrl)
    await own.commit({ 'scripts/mine/main.py': 'def main(:\n' })
    const refused = await own.push()
    expect(refused.ok).toBe(false)
    expect(refused.said).toContain('scripts/mine/main.py:1:10: syntax error')
    const repo = await clone(server.gitUrl)
    const { said } = await repo.ship({ 'scripts/hello/script.yaml': 'description: Unpaused\n' })
    expect(said).toContain('~ hello\n    every minute')
    expect((await server.execute('hello', { input: { name: 'Ada' } })).result).toEqual({ times: 1 })
  } finally {
    await server.stop()
  }
})
