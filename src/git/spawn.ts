import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { searchPath } from '../base/index.ts'

export type GitResult = {
  code: number
  stdout: Buffer
  stderr: string
  /** Whether git had more to say than `mostBytes`, and was ended. */
  cut?: boolean
}

export type GitOptions = {
  /** Written to standard input, which is then closed. */
  input?: string | Uint8Array | undefined
  /** Added to git's own clean environment, e.g. the quarantine of a push. */
  env?: Record<string, string> | undefined
  cwd?: string
  /** Of standard output; what comes after is not waited for. */
  mostBytes?: number
}

/**
 * The environment every git of this server gets: nothing of the user's or the machine's configuration, so that no
 * alias, hook path or credential helper of theirs takes part.
 */
export function gitEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: searchPath().join(delimiter),
    HOME: '/nonexistent',
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    ...extra,
  }
}

/** A git process on the bare repository; arguments are never read by a shell. */
export function spawnGit(
  gitDir: string,
  args: string[],
  options: SpawnOptions & GitOptions = {},
): ChildProcess {
  const { env, input: _, mostBytes: __, ...rest } = options
  return spawn('git', [`--git-dir=${gitDir}`, ...args], {
    ...rest,
    env: gitEnvironment(env),
    stdio: rest.stdio ?? 'pipe',
  })
}

/** Runs git to its end, whatever its exit code; throws only when it cannot be started. */
export async function runGit(gitDir: string, args: string[], options: GitOptions = {}): Promise<GitResult> {
  const child = spawnGit(gitDir, args, options)
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  let left = options.mostBytes ?? Infinity
  child.stdout!.on('data', (chunk: Buffer) => {
    stdout.push(left < chunk.length ? chunk.subarray(0, Math.max(0, left)) : chunk)
    left -= chunk.length
    if (left < 0) child.kill()
  })
  child.stderr!.on('data', (chunk: Buffer) => stderr.push(chunk))
  // A git that ends early closes its input; its exit code tells why.
  child.stdin!.on('error', () => undefined)
  child.stdin!.end(options.input)
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exit, signal) => resolve(exit ?? (signal ? 128 : 1)))
  })
  const result = { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') }
  return left < 0 ? { ...result, cut: true } : result
}

/** Like `runGit`, but a failing git throws what it said. */
export async function git(gitDir: string, args: string[], options: GitOptions = {}): Promise<Buffer> {
  const { code, stdout, stderr } = await runGit(gitDir, args, options)
  if (code !== 0) throw new Error(`git ${args[0]} ended with ${code}: ${stderr.trim()}`)
  return stdout
}

/**
 * The path of the program behind `git http-backend`, to be started without the git that would only start it in turn:
 * each process adds to every clone, fetch and push.
 */
export async function findHttpBackend(): Promise<string> {
  const folder = await git('/nonexistent', ['--exec-path'])
  return join(folder.toString('utf8').trim(), 'git-http-backend')
}

/** The version of the git on the PATH as numbers, or undefined where there is none. */
export async function findGitVersion(): Promise<[number, number] | undefined> {
  const answer = await runGit('/nonexistent', ['version']).catch(() => undefined)
  const match = /git version (\d+)\.(\d+)/.exec(answer?.stdout.toString() ?? '')
  return match ? [Number(match[1]), Number(match[2])] : undefined
}
