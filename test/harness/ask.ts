import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Duplex } from 'node:stream'
import { packageRoot } from '../../src/base/index.ts'
import { temporaryFolder } from '../support/folder.ts'

export const harness = join(packageRoot, 'src/run/harness/harness.py')

export type Files = Record<string, string>
type Answer = {
  kind: string
  result?: string
  data?: string
  code?: number
  where?: string
  message?: string
  error?: { type: string; message: string; traceback: string }
  peakMemoryBytes: number
}

/** Runs the harness on the files as the worker does, without a sandbox, and gives all that came of it. */
export async function ask(
  python: string,
  files: Files | string,
  request: Record<string, unknown> = {},
  more: { env?: Record<string, string>; line?: string; program?: string } = {},
) {
  const script = join(temporaryFolder(), 'script')
  for (const [name, content] of Object.entries(typeof files === 'string' ? { 'main.py': files } : files)) {
    const path = join(script, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  const child = spawn(python, ['-B', '-s', '-X', 'utf8', more.program ?? harness], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    cwd: script,
    env: { PATH: '/usr/bin:/bin', HOME: '/tmp', ...more.env },
  })
  const control = child.stdio[3] as Duplex
  control.on('error', () => {})
  const whole = {
    phase: 'main',
    entry: 'main.py',
    script,
    lib: join(script, 'lib'),
    args: [],
    data: {},
    run: {
      ...{
        id: 41,
        script: 'finance.report',
        commit: 'c0ffee',
        cause: 'tick',
        scheduled_at: '2026-01-01T00:00:00Z',
      },
      ...{ started_at: '2026-01-01T00:00:01Z', attempt: 1, input: null },
    },
    ...request,
  }
  control.write(more.line ?? JSON.stringify(whole) + '\n')
  const ended = new Promise<number | string | null>((resolve) =>
    child.on('close', (code, name) => resolve(code ?? name)),
  )
  const [stdout, stderr, said] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    text(control).catch(() => ''),
  ])
  const code = await ended
  const answer = said.trim() && said.endsWith('\n') ? (JSON.parse(said) as Answer) : undefined
  const kept = (name: 'result' | 'data') =>
    answer?.[name] === undefined ? undefined : (JSON.parse(answer[name]) as unknown)
  return { answer, kind: answer?.kind, result: kept('result'), data: kept('data'), stdout, stderr, code }
}
