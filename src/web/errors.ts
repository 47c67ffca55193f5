import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { AppError, type ErrorCode } from '../base/index.ts'

/** One table: what went wrong → HTTP. */
export const STATUS = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const satisfies Record<ErrorCode, number>

/** A refusal that HTTP has a status of its own for, beside the code. */
export class HttpError extends AppError {
  readonly status: 405 | 412 | 415
  readonly headers: Record<string, string>

  constructor(
    code: ErrorCode,
    status: 405 | 412 | 415,
    message: string,
    headers: Record<string, string> = {},
  ) {
    super(code, message)
    this.status = status
    this.headers = headers
  }
}

const TITLES: Record<ErrorCode, string> = {
  invalid: 'The request is not valid',
  unauthenticated: 'Sign in first',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  conflict: 'It changed meanwhile',
  too_large: 'Too large',
  rate_limited: 'Too many requests',
  internal: 'Something went wrong on our side',
  unavailable: 'Not available right now',
}

export const titleOf = (code: ErrorCode): string => TITLES[code]

/** The answer of the API: RFC 9457's `application/problem+json`, with `code`, and `problems` where there are several. */
export function problemJson(c: Context, error: AppError): Response {
  const status = error instanceof HttpError ? error.status : STATUS[error.code]
  const retry = error.details['retryAfterSeconds']
  return c.body(
    JSON.stringify({
      type: 'about:blank',
      title: TITLES[error.code],
      status,
      code: error.code,
      detail: error.message,
      ...(error.problems.length > 0 ? { problems: error.problems } : {}),
      ...error.details,
    }),
    status,
    {
      'Content-Type': 'application/problem+json',
      ...(status === 401 ? { 'WWW-Authenticate': 'Bearer realm="ScriptExecuterServer"' } : {}),
      ...(typeof retry === 'number' ? { 'Retry-After': String(retry) } : {}),
      ...(error instanceof HttpError ? error.headers : {}),
    },
  )
}

/** Our own bugs are told in a neutral sentence; what happened stands in the server's log. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  // What the router itself refuses: a body that is no JSON, or not of the type that it says.
  if (error instanceof HTTPException && error.status === 415)
    return new HttpError('invalid', 415, 'the body is of a type that is not taken here; see /api/docs')
  if (error instanceof HTTPException && /^malformed json/i.test(error.message))
    return new AppError('invalid', 'the body is no JSON; look for a quote, comma or bracket that is missing')
  if (error instanceof HTTPException && error.status < 500) {
    const code = error.status === 413 ? 'too_large' : error.status === 404 ? 'not_found' : 'invalid'
    return new AppError(code, error.message.toLowerCase() || 'the request cannot be read')
  }
  // JSON nested deeper than the stack reaches; nothing else here recurses over what a caller sends.
  if (error instanceof RangeError && /call stack/.test(error.message))
    return new AppError('invalid', 'the body is nested too deeply')
  return new AppError('internal', 'the server failed to answer this; its log says why', { cause: error })
}
