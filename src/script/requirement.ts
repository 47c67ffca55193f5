/** Why one line of requirements is refused. */
export type RequirementFault = { message: string; remedy: string }

export type Requirement = {
  /** The line in one spelling: name as in PEP 503, single spaces. */
  line: string
  name: string
  /** Pinned to exactly one version. */
  exact: boolean
  hashed: boolean
}

// PEP 508: https://peps.python.org/pep-0508/
const HEAD = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)$/s
const EXTRA = /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/
const HASH = / --hash[= ](\S+)/g
// PEP 440, public and local versions.
const VERSION =
  /^v?(\d+!)?\d+(\.\d+)*([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?(-\d+|[-_.]?(post|rev|r)[-_.]?\d*)?([-_.]?dev[-_.]?\d*)?(\+[a-z0-9]+([-_.][a-z0-9]+)*)?$/i
const LONGEST = 20_000

/** Reads one requirement, without comment and continuation. */
export function readRequirement(written: string): Requirement | RequirementFault {
  const text = written.trim().replace(/\s+/g, ' ')
  if (text.length > LONGEST) return { message: 'the line is too long', remedy: 'make it shorter' }
  const odd = refusedForm(text)
  if (odd) return odd
  const hashes = [...text.matchAll(HASH)].map((match) => match[1]!)
  const [wanted = '', ...markers] = text.replace(HASH, '').split(';')
  const [, name, extras, specifiers = ''] = HEAD.exec(wanted.trim()) ?? []
  if (name === undefined)
    return {
      message: `'${cut(text)}' is no requirement`,
      remedy: 'write a name and versions: tabulate==0.9.0',
    }
  const extraNames = (extras ?? '').split(',').map((extra) => extra.trim())
  const badExtra = extras?.trim() ? extraNames.find((extra) => !EXTRA.test(extra)) : undefined
  if (badExtra !== undefined)
    return { message: `'${badExtra}' is no name of an extra`, remedy: 'write extras as name[one,two]' }
  const clauses = readClauses(specifiers, name)
  if (!Array.isArray(clauses)) return clauses
  const marker = markers.join(';').trim()
  if (markers.length > 0 && !isMarker(marker))
    return {
      message: `'${cut(marker)}' is no environment marker`,
      remedy: 'write one such as ; python_version < "3.11"',
    }
  const badHash = hashes.find(
    (hash) => !/^sha(256:[0-9a-f]{64}|384:[0-9a-f]{96}|512:[0-9a-f]{128})$/.test(hash),
  )
  if (badHash !== undefined)
    return { message: `'${cut(badHash)}' is no hash`, remedy: 'write --hash=sha256: and 64 hex digits' }
  return {
    name: normalName(name),
    line: [
      normalName(name) +
        (extras?.trim() ? `[${extraNames.map(normalName).sort().join(',')}]` : '') +
        clauses.join(','),
      ...(marker ? [`; ${marker}`] : []),
      ...[...new Set(hashes)].sort().map((hash) => `--hash=${hash}`),
    ].join(' '),
    exact: clauses.length === 1 && /^===?[^*]+$/.test(clauses[0]!),
    hashed: hashes.length > 0,
  }
}

/** A package's name as PEP 503 compares it. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}

const cut = (text: string) => (text.length > 60 ? `${text.slice(0, 57)}…` : text)

const PUBLISHED = 'name a published release (package==1.2), or put shared modules into lib/'
const INDEX = "delete the line: package indexes are the server's setting SXS_PACKAGE_INDEX"
const SOURCE = 'delete the line: the manifest key allow_sdists names what may be built from source'
const OPTIONS: [names: string[], message: string, remedy: string][] = [
  [['-r', '--requirement'], 'a file of requirements cannot include another', 'copy its lines to here'],
  [
    ['-c', '--constraint'],
    'constraints are not read',
    'write the versions here, or commit a requirements.lock',
  ],
  [['-e', '--editable'], 'an editable install is not possible', PUBLISHED],
  [
    ['-i', '--index-url', '--extra-index-url', '-f', '--find-links', '--no-index', '--trusted-host'],
    'a script cannot choose package indexes',
    INDEX,
  ],
  [
    ['--no-binary', '--only-binary', '--prefer-binary'],
    'a script cannot choose how packages are built',
    SOURCE,
  ],
  [['--pre'], 'pre-releases cannot be allowed for all packages', 'name the pre-release: package==2.0rc1'],
  [['--require-hashes'], 'hashes are always checked where there are any', 'delete the line'],
]

/** What pip would take and we do not: options, paths, addresses. */
function refusedForm(text: string): RequirementFault | undefined {
  if (text.startsWith('-')) {
    const option = /^-[a-z](?=.)|^--?[\w-]+/i.exec(text)?.[0] ?? text
    const known = OPTIONS.find(([names]) => names.includes(option))
    if (known) return { message: `'${option}': ${known[1]}`, remedy: known[2] }
    return { message: `the option '${cut(option)}' is not allowed`, remedy: 'delete the line' }
  }
  const option = /\s(--?(?!hash[=\s])[a-z][\w-]*)/i.exec(text.split(';')[0]!)?.[1]
  if (option)
    return { message: `the option '${cut(option)}' is not allowed`, remedy: 'keep only --hash=sha256:…' }
  if (/^(git|hg|svn|bzr)\+|@\s*(git|hg|svn|bzr)\+/i.test(text))
    return { message: `'${cut(text)}' is an address of a repository`, remedy: PUBLISHED }
  if (/^file:|@\s*file:/i.test(text)) return { message: `'${cut(text)}' is a file`, remedy: PUBLISHED }
  if (/^[a-z][a-z0-9+.-]*:\/\/|^[^;]*@/i.test(text))
    return { message: `'${cut(text)}' is an address`, remedy: PUBLISHED }
  if (/^[./~\\]|^[^;=<>!~]*[/\\]|^[^;=<>!~\s]+\.(whl|zip|tar\.\w+|tgz)$/i.test(text))
    return { message: `'${cut(text)}' is a path`, remedy: PUBLISHED }
  if (/\$\{|%\w+%/.test(text)) return { message: 'variables are not filled in', remedy: 'write the value' }
  return undefined
}

function readClauses(text: string, name: string): string[] | RequirementFault {
  const inner = text
    .trim()
    .replace(/^\((.*)\)$/s, '$1')
    .trim()
  if (inner === '') return []
  const clauses = inner.split(',').map((part) => part.trim())
  for (const clause of clauses) {
    const [, operator, version = ''] = /^(===|==|!=|<=|>=|~=|<|>)\s*(\S+)$/.exec(clause) ?? []
    const plain = version.replace(/\.\*$/, '')
    const star = plain !== version && operator !== '==' && operator !== '!='
    if (operator === undefined || star || (operator !== '===' && !VERSION.test(plain)))
      return {
        message: `'${cut(clause)}' is no comparison of versions`,
        remedy: `write one such as ${normalName(name)}==1.2 or ${normalName(name)}>=1.2,<2`,
      }
  }
  return clauses.map((clause) => clause.replace(/\s+/g, ''))
}

const MARKER_NAMES =
  'python_version|python_full_version|os_name|sys_platform|platform_release|platform_system|platform_version|platform_machine|platform_python_implementation|implementation_name|implementation_version|extra'
const MARKER_TOKEN = new RegExp(
  `\\s*(?:(?<value>(?:${MARKER_NAMES})\\b|'[^']*'|"[^"]*")|(?<operator>===|==|!=|<=|>=|~=|<|>|not\\s+in\\b|in\\b)|(?<word>and\\b|or\\b|[()]))`,
  'y',
)

/** value operator value, joined by `and` and `or`, with parentheses. */
function isMarker(text: string): boolean {
  let depth = 0
  let wanted = ['open', 'value']
  let left = true
  MARKER_TOKEN.lastIndex = 0
  while (MARKER_TOKEN.lastIndex < text.length) {
    const groups = MARKER_TOKEN.exec(text)?.groups
    if (!groups) return false
    const kind = groups['value'] ? 'value' : groups['operator'] ? 'operator' : kindOf(groups['word']!)
    if (!wanted.includes(kind)) return false
    if (kind === 'open') depth += 1
    if (kind === 'close' && --depth < 0) return false
    if (kind === 'value') {
      wanted = left ? ['operator'] : ['joint', 'close']
      left = !left
    } else if (kind === 'operator') wanted = ['value']
    else wanted = kind === 'close' ? ['joint', 'close'] : ['open', 'value']
  }
  return depth === 0 && wanted.includes('joint')
}

const kindOf = (word: string) => (word === '(' ? 'open' : word === ')' ? 'close' : 'joint')
