import type { z } from '@hono/zod-openapi'
import type { Problem } from '../../base/index.ts'

type Issue = z.core.$ZodIssue
type Words = Pick<Problem, 'message' | 'remedy'>

/** Stands in no remedy; one issue names all unknown keys of an object. */
export const SEPARATOR = '\n'

/** What does not fit a route's definition, each place once; `target` is the part of the request that was checked. */
export function problemsOf(issues: Issue[], target: string): Problem[] {
  const problems = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? unknownKeys(issue, target)
      : [{ path: pathOf(issue, target), ...wordsOf(issue) }],
  )
  // A number can be too large for a field and for any number; the field's own limit comes last.
  return [...new Map(problems.map((problem) => [problem.path, problem])).values()]
}

const pathOf = ({ path }: Issue, target: string) => path.join('.') || (target === 'json' ? 'body' : target)

function unknownKeys(
  { path, keys, message }: Issue & { code: 'unrecognized_keys' },
  target: string,
): Problem[] {
  const remedies = message.split(SEPARATOR)
  const noun = target === 'query' ? 'parameter' : 'key'
  return keys.map((key, at) => ({
    path: [...path, key].join('.'),
    message: `there is no such ${noun}`,
    remedy: remedies[at] ?? 'leave it out',
  }))
}

function wordsOf(issue: Issue): Words {
  const { code } = issue
  if (code === 'invalid_type') return ofType(issue)
  if (code === 'invalid_value')
    return { message: 'it is none of what may be', remedy: `give ${issue.values.map(String).join(', ')}` }
  if (code === 'too_small')
    return { message: 'it is too small', remedy: `give at least ${amount(issue.minimum, issue.origin)}` }
  if (code === 'too_big')
    return { message: 'it is too large', remedy: `give at most ${amount(issue.maximum, issue.origin)}` }
  if (code === 'invalid_format' && issue.format === 'datetime')
    return { message: 'it is no moment', remedy: 'write one in UTC, such as 2026-01-31T07:00:00Z' }
  return { message: issue.message.charAt(0).toLowerCase() + issue.message.slice(1) }
}

const NOUNS: Record<string, string> = {
  string: 'a text, in quotes',
  number: 'a number, such as 3',
  int: 'a whole number, such as 3',
  boolean: 'true or false',
  object: 'an object, such as {}',
  record: 'an object, such as {}',
  array: 'a list, such as []',
}

function ofType({ expected, message }: Issue & { code: 'invalid_type' }): Words {
  if (message.endsWith('received undefined')) return { message: 'it is missing' }
  const noun = NOUNS[expected] ?? expected
  return { message: `it is not ${noun.split(',')[0]!}`, remedy: `give ${noun}` }
}

const UNITS: Record<string, [string, string]> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
}

function amount(limit: number | bigint, origin: string): string {
  const units = UNITS[origin]
  return units ? `${limit} ${units[Number(limit) === 1 ? 0 : 1]}` : String(limit)
}
