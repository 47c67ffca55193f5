/** What went wrong, as the outside is told it; `errors.ts` in web maps each to one HTTP status. */
export type ErrorCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'rate_limited'
  | 'unavailable'
  | 'internal'

/** Why something is not valid: where, what, and what to do. Lines and columns count from 1. */
export type Problem = {
  path: string
  line?: number
  column?: number
  message: string
  remedy?: string
}

/** The caller's mistake. Our own bugs are plain Errors. */
export class AppError extends Error {
  override name = 'AppError'
  readonly code: ErrorCode
  readonly problems: Problem[]
  /** Further members of the answer, such as both versions of a file in a conflict. */
  readonly details: Record<string, unknown>

  constructor(
    code: ErrorCode,
    message: string,
    more: { problems?: Problem[]; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause })
    this.code = code
    this.problems = more.problems ?? []
    this.details = more.details ?? {}
  }
}

/** A setting that cannot be used: one line that names it, and exit code 2. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

export const notFound = (what: string) => new AppError('not_found', `${what} is not found`)

/** One line: `path:line:column: reason; remedy`. Control characters are shown, not sent to a terminal. */
export function describeProblem({ path, line, column, message, remedy }: Problem): string {
  const place = [path, line, line === undefined ? undefined : column]
    .filter((part) => part !== undefined)
    .join(':')
  return printable(remedy ? `${place}: ${message}; ${remedy}` : `${place}: ${message}`)
}

/** The text with control characters (line ends too) written as `\xNN`. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** On every answer of the API, its refusals too: the server's name for itself and for its clients. */
export const API_HEADER = 'SXS-API'
