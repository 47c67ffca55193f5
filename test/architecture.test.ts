import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

// Which station may import which. This table is the architecture.
const mayImport: Record<string, string[]> = {
  base: [],
  db: ['base'],
  git: ['base'],
  script: ['base'],
  access: ['base', 'db'],
  change: ['base', 'git', 'script', 'access'],
  catalog: ['base', 'db', 'git', 'script', 'change'],
  schedule: ['base', 'db', 'script'],
  isolation: ['base'],
  client: ['base'],
  environment: ['base', 'db', 'script', 'isolation'],
  secret: ['base', 'db', 'access'],
  run: ['base', 'db', 'script', 'access', 'isolation', 'environment'],
  edit: ['base', 'git', 'script', 'access', 'change'],
  'git-http': ['base', 'git', 'access', 'change'],
}
// These come last: the composition root, the command line, and the surface over every verb.
const atTheEnd = [
  'cli.ts',
  'app.ts',
  'config.ts',
  'scheduling.ts',
  'script-source.ts',
  'version.ts',
  'web',
  'command',
]

const root = join(import.meta.dirname, '..')
const imports = ['src', 'views'].flatMap(sourceFiles).flatMap(importsOf)

test('the walker sees the house', () => {
  expect(imports.length).toBeGreaterThan(100)
  expect(new Set(imports.map(({ from }) => from.module)).size).toBeGreaterThanOrEqual(
    Object.keys(mayImport).length,
  )
})

test('every station has its row', () => {
  const stations = new Set(imports.map(({ from }) => from.module))
  expect(
    [...stations].filter((name) => !(name in mayImport) && ![...atTheEnd, 'views'].includes(name)),
  ).toEqual([])
})

describe.each(Object.entries(mayImport))('src/%s', (name, allowed) => {
  test(`imports only ${allowed.join(', ') || 'nothing'}`, () => {
    const strays = imports.filter(
      ({ from, to }) => from.module === name && to && ![name, ...allowed].includes(to.module),
    )
    expect(strays.map(describeImport)).toEqual([])
  })
})

test('a station is entered by its index.ts', () => {
  const strays = imports.filter(
    ({ from, to }) =>
      to?.file.match(/^src\/[^/]+\//) && from.module !== to.module && !to.file.endsWith('/index.ts'),
  )
  expect(strays.map(describeImport)).toEqual([])
})

// Local commands open the files themselves where no server runs, as the composition root does.
test('only a store touches the database', () => {
  const strays = imports.filter(
    ({ from, to }) =>
      to?.module === 'db' &&
      !['db', 'app.ts', 'command'].includes(from.module) &&
      !from.file.endsWith('/store.ts'),
  )
  expect(strays.map(describeImport)).toEqual([])
})

test('views take types, never behaviour', () => {
  const strays = imports.filter(
    ({ from, to, isType }) =>
      from.module === 'views' && to && !['views', 'base'].includes(to.module) && !isType,
  )
  expect(strays.map(describeImport)).toEqual([])
})

test.each([
  ['hono', /^src\/(web|git-http)\/|^src\/app\.ts$|^views\//],
  ['isomorphic-git', /^src\/git\//],
  ['drizzle-orm', /^src\/db\/|\/store\.ts$/],
  ['@libsql/client', /^src\/db\//],
  ['cron-parser', /^src\/schedule\//],
  ['openapi-fetch', /^src\/client\//],
  ['node:child_process', /^src\/(git|isolation|git-http)\//],
])('%s has one home: %s', (dependency, home) => {
  const strays = imports.filter(
    ({ from, specifier }) =>
      (specifier === dependency || specifier.startsWith(`${dependency}/`)) && !home.test(from.file),
  )
  expect(strays.map(describeImport)).toEqual([])
})

test('only the configuration reads the environment', () => {
  const readers = sourceFiles('src').filter((file) =>
    /process\.env\b/.test(readFileSync(join(root, file), 'utf8')),
  )
  expect(readers.sort()).toEqual(['src/base/place.ts', 'src/cli.ts'])
})

// As long as the API's document is; nobody writes it, and a test says that it is what would be written anew.
const GENERATED = ['src/client/paths.ts']

test('no file is longer than 300 lines', () => {
  const long = ['src', 'views', 'test']
    .flatMap(sourceFiles)
    .filter((file) => !GENERATED.includes(file))
    .filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 301)
  expect(long).toEqual([])
})

type Place = { file: string; module: string }
type Import = { from: Place; to: Place | undefined; specifier: string; isType: boolean }

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(tsx?|py|css)$/.test(path))
    .map((path) => join(folder, path))
}

function importsOf(file: string): Import[] {
  if (!/\.tsx?$/.test(file)) return []
  const source = readFileSync(join(root, file), 'utf8')
  return [...source.matchAll(/^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'/gm)].map(
    ([, type, specifier]) => ({
      from: place(file),
      to: specifier!.startsWith('.')
        ? place(relative(root, join(root, dirname(file), specifier!)))
        : undefined,
      specifier: specifier!,
      isType: Boolean(type),
    }),
  )
}

function place(file: string): Place {
  const [top, second] = file.split('/')
  return { file, module: top === 'src' ? second! : top! }
}

function describeImport({ from, specifier }: Import): string {
  return `${from.file} → ${specifier}`
}
