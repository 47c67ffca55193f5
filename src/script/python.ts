import type { Script } from './read.ts'

// PEP 440: https://peps.python.org/pep-0440/ (versions of Python itself have no epochs and no local parts).
const VERSION = /^(\d{1,9}(?:\.\d{1,9})*)(?:(a|b|rc)(\d{1,9}))?(?:\.post(\d{1,9}))?(?:\.dev(\d{1,9}))?$/
const CLAUSE = /^(===|==|!=|<=|>=|~=|<|>)?\s*([^\s*]+?)(\.\*)?$/

type Clause = { operator: string; version: string; wildcard: boolean }

/** Whether a version (`3.11.7`) satisfies a PEP 440 specifier (`>=3.10,<3.13`); `3.12` means `==3.12.*`. */
export function satisfies(version: string, specifier: string): boolean {
  const clauses = clausesOf(specifier)
  return clauses !== undefined && VERSION.test(version) && clauses.every((clause) => meets(version, clause))
}

/** Why a text is no specifier; undefined when it is one. */
export function specifierFault(text: string): string | undefined {
  if (text.length > 200) return 'it has over 200 characters'
  const odd = text.split(',').find((part) => clauseOf(part.trim()) === undefined)
  return odd === undefined ? undefined : `'${odd.trim()}' is no version or comparison of versions`
}

/** Whether some Python 3 could satisfy them all. */
export function canBeMet(specifiers: string[]): boolean {
  const named = specifiers.flatMap((text) => clausesOf(text) ?? []).map(({ version }) => version)
  const patches = named.flatMap((version) => [version, `${version}.0`, `${version}.1`, bumped(version)])
  const minors = Array.from({ length: 60 }, (_, minor) => [`3.${minor}.0`, `3.${minor}.99`]).flat()
  return [...patches, ...minors].some((version) => specifiers.every((text) => satisfies(version, text)))
}

/** The specifier that the script's Python must satisfy: `python` and `requires-python` together. */
export function pythonWanted(script: Pick<Script, 'requiresPython' | 'manifest'>): string | undefined {
  const wanted = [script.manifest.python, script.requiresPython].filter((text) => text !== undefined)
  if (wanted.length < 2) return wanted[0]
  return wanted
    .flatMap((text) => clausesOf(text) ?? [])
    .map(({ operator, version, wildcard }) => `${operator}${version}${wildcard ? '.*' : ''}`)
    .join(',')
}

function clausesOf(specifier: string): Clause[] | undefined {
  const clauses = specifier.split(',').map((part) => clauseOf(part.trim()))
  return clauses.includes(undefined) ? undefined : (clauses as Clause[])
}

function clauseOf(text: string): Clause | undefined {
  const match = CLAUSE.exec(text)
  if (!match || !VERSION.test(match[2]!)) return undefined
  const [, operator, version, star] = match
  // A bare version names a line of releases, not one release.
  if (!operator)
    return { operator: '==', version: version!, wildcard: star !== undefined || !isFull(version!) }
  if (star && operator !== '==' && operator !== '!=') return undefined
  if (operator === '~=' && !/^\d+\.\d/.test(version!)) return undefined
  return { operator, version: version!, wildcard: star !== undefined }
}

const isFull = (version: string) => /^\d+\.\d+\.\d/.test(version)

function meets(version: string, { operator, version: wanted, wildcard }: Clause): boolean {
  if (wildcard) return (operator === '==') === hasPrefix(version, wanted)
  const order = compare(version, wanted)
  switch (operator) {
    case '===':
      return version === wanted
    case '==':
      return order === 0
    case '!=':
      return order !== 0
    case '<=':
      return order <= 0
    case '>=':
      return order >= 0
    // An exclusive bound leaves out the pre- and post-releases of the version it names.
    case '<':
      return order < 0 && !(isPre(version) && !isPre(wanted) && sameRelease(version, wanted))
    case '>':
      return order > 0 && !(version.includes('.post') && sameRelease(version, wanted))
    default:
      return order >= 0 && hasPrefix(version, release(wanted).slice(0, -1).join('.'))
  }
}

const release = (version: string) => VERSION.exec(version)![1]!.split('.').map(Number)
const isPre = (version: string) => /[abc]|dev/.test(version)
const sameRelease = (a: string, b: string) => compareNumbers(release(a), release(b)) === 0

function hasPrefix(version: string, prefix: string): boolean {
  const numbers = release(version)
  return release(prefix).every((number, i) => (numbers[i] ?? 0) === number)
}

function bumped(version: string): string {
  const numbers = release(version)
  return [...numbers.slice(0, -1), numbers.at(-1)! + 1].join('.')
}

function compare(a: string, b: string): number {
  return compareNumbers(release(a), release(b)) || compareNumbers(suffix(a), suffix(b))
}

// dev of a release < a < b < rc < the release < post; a dev of any of these comes before it.
function suffix(version: string): number[] {
  const [, , stage, stageNumber, post, dev] = VERSION.exec(version)!
  const isDev = dev !== undefined
  const rank = stage ? ['a', 'b', 'rc'].indexOf(stage) + 1 : post === undefined && isDev ? 0 : 4
  return [rank, Number(stageNumber ?? 0), Number(post ?? -1) + 1, isDev ? 0 : 1, Number(dev ?? 0)]
}

function compareNumbers(a: number[], b: number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
