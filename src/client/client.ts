import createFetchClient from 'openapi-fetch'
import { API_HEADER, AppError, type ErrorCode, type Problem } from '../base/index.ts'
import { unreachable } from './failure.ts'
import type { components, paths } from './paths.ts'

export type Schemas = components['schemas']
export type Client = ReturnType<typeof createClient>

// More than any answer takes; a server that hangs must not make its callers hang.
const ANSWER_WITHIN_MS = 30_000

/**
 * A client of the API of the server at `url`, typed by the server's own document. Whatever is refused, or cannot be
 * reached, is thrown as an AppError in the server's words, or in words of where and why.
 */
export function createClient({ url, key }: { url: string; key: string }) {
  return createFetchClient<paths>({
    baseUrl: `${url}/api/v1`,
    headers: { authorization: `Bearer ${key}` },
    // A redirect would be followed without the key, and a POST as a GET.
    redirect: 'manual',
    fetch: (request) => ask(url, request),
  })
}

/** What was asked for. */
export async function answerOf<T>(asked: Promise<{ data?: T | undefined }>): Promise<T> {
  const { data } = await asked
  return data as T
}

/** Whether asking again later may help. */
export const isPassing = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'unavailable' || error.code === 'rate_limited')

async function ask(url: string, request: Request): Promise<Response> {
  const response = await answered(request).catch((error: unknown) => {
    throw unreachable(url, error)
  })
  const type = response.headers.get('content-type') ?? ''
  if (response.status >= 300 && response.status < 400)
    throw new AppError('invalid', movedTo(url, response.headers.get('location')))
  // Many answer in JSON to whatever they are asked.
  const isOurs = response.headers.has(API_HEADER)
  if (isOurs && response.ok) return response
  if (isOurs && type.includes('problem+json')) throw refusal(url, (await response.json()) as Refusal)
  if (response.status >= 502)
    throw new AppError('unavailable', `${url} is not available right now (${response.status})`)
  throw new AppError(
    'invalid',
    `what answers at ${url} (${response.status}, ${type || 'no type'}) is no ScriptExecuterServer; look at the address`,
  )
}

/** The whole answer, so that what breaks on the way breaks here. */
async function answered(request: Request): Promise<Response> {
  const response = await fetch(request, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
  const { status, headers } = response
  const body = await response.arrayBuffer()
  return new Response(body.byteLength > 0 ? body : null, { status, headers })
}

type Refusal = { code: ErrorCode; detail: string; problems?: Problem[] }

function refusal(url: string, { code, detail, problems = [] }: Refusal): AppError {
  const message =
    code === 'unauthenticated'
      ? `${url} does not take this key: it is not known there, or has ended; sxs login ${url} asks for another`
      : detail
  return new AppError(code, message, { problems })
}

function movedTo(url: string, location: string | null): string {
  const there = location && URL.canParse(location, url) ? new URL(location, url).origin : undefined
  return there && there !== url
    ? `${url} sends on to ${there}; name that address instead`
    : `${url} sends on to ${location ?? 'nowhere'}, which is no ScriptExecuterServer; look at the address`
}
