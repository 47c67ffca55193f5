import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { findArtifact, listArtifacts } from '../../src/run/artifact.ts'
import { temporaryFolder } from '../support/folder.ts'

function folderWith(files: Record<string, string>) {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

test('lists regular files by their path, and follows no link', () => {
  const folder = folderWith({ 'b.txt': 'four', 'deep/er/a.csv': 'x' })
  symlinkSync('/etc/passwd', join(folder, 'passwd'))
  symlinkSync('/etc', join(folder, 'etc'))
  symlinkSync('b.txt', join(folder, 'same'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  expect(listArtifacts(folder)).toEqual({
    artifacts: [
      { name: 'b.txt', bytes: 4 },
      { name: 'deep/er/a.csv', bytes: 1 },
    ],
    dropped: 0,
  })
})

test('lists a thousand files and counts the rest', () => {
  const folder = folderWith(Object.fromEntries(Array.from({ length: 1003 }, (_, i) => [`f${i}`, ''])))
  const { artifacts, dropped } = listArtifacts(folder)
  expect([artifacts.length, dropped]).toEqual([1000, 3])
})

test('finds a file, and nothing outside the folder or behind a link', () => {
  const folder = folderWith({ 'deep/a.csv': 'x' })
  const secret = join(temporaryFolder(), 'secret')
  writeFileSync(secret, 's')
  symlinkSync(secret, join(folder, 'link'))
  symlinkSync(join(secret, '..'), join(folder, 'dir'))
  linkSync(join(folder, 'deep/a.csv'), join(folder, 'twin'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  expect(findArtifact(folder, 'deep/a.csv')).toEqual({ path: join(folder, 'deep/a.csv'), bytes: 1 })
  for (const name of ['link', 'dir/secret', '../x', 'deep', 'pipe', 'none', 'deep/../deep/../../etc', 'a\0b'])
    expect(findArtifact(folder, name), name).toBeUndefined()
})
