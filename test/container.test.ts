import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

// Nothing here builds an image; it keeps Dockerfile, .dockerignore and compose.yaml true to the source beside them.

const root = join(import.meta.dirname, '..')
const text = (path: string) => readFileSync(join(root, path), 'utf8')
const dockerfile = readStages(text('Dockerfile'))
const image = dockerfile.at(-1)!

test('the image has a healthcheck, a volume and a fixed base, and starts as the contract says', () => {
  const all = dockerfile.flatMap(({ lines }) => lines)
  expect(image.lines).toContain('VOLUME /data')
  expect(image.lines).toContain('STOPSIGNAL SIGTERM')
  expect(image.lines.some((line) => /^HEALTHCHECK .*\/healthz/.test(line))).toBe(true)
  expect(image.lines.some((line) => /^ENV .*SXS_HOST=0\.0\.0\.0 .*SXS_DATA_DIR=\/data$/.test(line))).toBe(
    true,
  )
  expect(all.some((line) => /:latest\b/.test(line))).toBe(false)
  for (const { base } of dockerfile) expect(base).toMatch(/^node:\d+-\w+-slim$/)
})

test('whatever a build copies is in the repository, and let through by .dockerignore', () => {
  const sources = dockerfile.flatMap(({ copies }) => copies.filter(({ from }) => !from)).flatMap(sourcesOf)
  expect(sources.length).toBeGreaterThan(5)
  const allowed = text('.dockerignore').split('\n')
  expect(allowed).toContain('*')
  for (const source of sources) {
    expect(existsSync(join(root, source)), source).toBe(true)
    expect(allowed).toContain(`!${source.split('/')[0]}`)
  }
})

test('whatever the image takes from the build is made or copied there', () => {
  const taken = image.copies.filter(({ from }) => from === 'build').flatMap(sourcesOf)
  const built = dockerfile.find(({ name }) => name === 'build')!
  const there = ['dist', ...built.copies.flatMap(sourcesOf)]
  for (const source of taken) {
    expect(
      there.some((path) => isWithin(source, path)),
      source,
    ).toBe(true)
    if (!isWithin(source, 'dist')) expect(matching(source), source).not.toEqual([])
  }
})

test('every file that the server reads beside its own code is in the image', () => {
  const read = filesBelow('src').flatMap(({ code }) =>
    [...code.matchAll(/join\(packageRoot, '([^']+)'/g)].map(([, path]) => path!),
  )
  expect(read.length).toBeGreaterThanOrEqual(6)
  const held = image.copies
    .filter(({ from }) => from === 'build')
    .flatMap(sourcesOf)
    .flatMap(matching)
  for (const path of read)
    expect(
      held.some((copied) => isWithin(path, copied)),
      path,
    ).toBe(true)
})

test('the packages that the built server imports are production ones', () => {
  const { dependencies } = JSON.parse(text('package.json')) as { dependencies: Record<string, string> }
  const imported = ['src', 'views']
    .flatMap(filesBelow)
    .filter(({ path }) => !path.startsWith('views/client/') && !path.endsWith('.config.ts'))
    .flatMap(({ code }) => [...code.matchAll(/^(?:import|export) (?!type\b).*?from '([^'.][^']*)'/gms)])
    .map(([, name]) => name!)
    .filter((name) => !name.startsWith('node:'))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)![0])
  expect(imported.length).toBeGreaterThan(10)
  for (const name of imported) expect(Object.keys(dependencies)).toContain(name)
})

test('compose gives the rights that the code needs and no other, and names a profile that is there', () => {
  const { services } = parse(text('compose.yaml')) as {
    services: Record<
      string,
      { cap_drop: string[]; cap_add: string[]; security_opt: string[]; ports: string[] }
    >
  }
  const [service] = Object.values(services)
  expect(service).toMatchObject({
    cap_drop: ['ALL'],
    cap_add: ['SETUID', 'SETGID', 'CHOWN', 'KILL'],
    ports: ['127.0.0.1:8080:8080'],
  })
  const profile = service!.security_opt
    .find((option) => option.startsWith('seccomp='))!
    .slice('seccomp='.length)
  const { defaultAction, syscalls } = JSON.parse(text(profile)) as {
    defaultAction: string
    syscalls: { names: string[]; action: string }[]
  }
  expect(defaultAction).toBe('SCMP_ACT_ALLOW')
  expect(new Set(syscalls.map(({ action }) => action))).toEqual(new Set(['SCMP_ACT_ERRNO']))
  const denied = syscalls.flatMap(({ names }) => names)
  for (const name of ['clone', 'clone3', 'unshare', 'mount', 'umount2', 'pivot_root', 'sethostname'])
    expect(denied).not.toContain(name)
  for (const name of ['bpf', 'init_module', 'kexec_load', 'keyctl', 'open_by_handle_at', 'setns'])
    expect(denied).toContain(name)
})

test('the image and the test run have the same uv', () => {
  const version = /uv==([\d.]+)/.exec(text('Dockerfile'))?.[1]
  expect(version).toBeDefined()
  expect(text('.ci/run')).toContain(`UV_VERSION=${version}\n`)
})

type Copy = { from?: string; sources: string[] }
type Stage = { name: string; base: string; lines: string[]; copies: Copy[] }

/** The stages of a Dockerfile; a stage's base is that of the stage that it stands on. */
function readStages(code: string): Stage[] {
  const lines = code
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  const defaults = new Map(
    lines.flatMap((line) => [...line.matchAll(/^ARG (\w+)=(.*)$/g)]).map(([, n, v]) => [n, v]),
  )
  const stages: Stage[] = []
  for (const line of lines) {
    const [, from, name = ''] = /^FROM (\S+)(?: AS (\S+))?$/.exec(line) ?? []
    if (from) {
      const named = from.replace(/^\$\{(\w+)\}$/, (_, variable: string) => defaults.get(variable) ?? '')
      const base = stages.find((stage) => stage.name === named)?.base ?? named
      stages.push({ name, base, lines: [], copies: [] })
    }
    stages.at(-1)?.lines.push(line)
    const [, stage, paths] = /^COPY (?:--from=(\S+) )?(.*)$/.exec(line) ?? []
    if (paths)
      stages
        .at(-1)!
        .copies.push({ ...(stage ? { from: stage } : {}), sources: paths.split(' ').slice(0, -1) })
  }
  return stages
}

/** What is copied, as it is called in the repository. */
function sourcesOf({ sources }: Copy): string[] {
  return sources.map((source) => source.replace(/^\/app\//, '').replace(/\/$/, ''))
}

/** The files that a source with a `*` in its last part stands for; another stands for itself, `dist` before it is built. */
function matching(source: string): string[] {
  const [folder, pattern] = [dirname(source), basename(source)]
  if (!pattern.includes('*'))
    return isWithin(source, 'dist') || existsSync(join(root, source)) ? [source] : []
  const end = pattern.slice(pattern.indexOf('*') + 1)
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(end))
    .map((name) => join(folder, name))
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

function filesBelow(folder: string): { path: string; code: string }[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({ path, code: text(path) }))
}
