import { lockIdOf } from './key.ts'

/** The exact, hashed set that requirements resolved to: sorted lines `name==version --hash=sha256:…`. */
export type Lock = { id: string; text: string }

export type Package = { name: string; version: string }

const lockOf = (text: string): Lock => ({ id: lockIdOf(text), text })

/** Where nothing is required. */
export const EMPTY_LOCK: Lock = lockOf('')

/** A lock in its one form, from pip's installation report (version 1). Throws where a package has no hash. */
export function lockFromReport(report: string): Lock {
  const { install } = JSON.parse(report) as PipReport
  return lockFrom(
    install.map(({ metadata, download_info }) => {
      const hash = download_info.archive_info?.hashes?.sha256 ?? oldHash(download_info.archive_info?.hash)
      if (!hash) throw new Error(`pip gave no sha256 for ${metadata.name} ${metadata.version}`)
      return { name: metadata.name, version: metadata.version, hashes: [`sha256:${hash}`] }
    }),
  )
}

/** A lock in its one form, from what `uv pip compile --generate-hashes` wrote. */
export function lockFromCompiled(text: string): Lock {
  return lockFrom(
    logicalLines(text).map((line) => {
      const { name, version } = packageIn(line)
      return { name, version, hashes: [...line.matchAll(/--hash=(\S+)/g)].map(([, hash]) => hash!) }
    }),
  )
}

/** A lock from the lines of a `requirements.lock`, taken as they are. */
export const lockFromLines = (lines: string[]): Lock =>
  lockOf(
    [...lines]
      .sort()
      .map((line) => `${line}\n`)
      .join(''),
  )

/**
 * Whether a line names a package and nothing else: a path, a URL or an option would undo `--only-binary`. The check
 * of a push is the one that explains; this is the last door before the installer.
 */
export const isPlainRequirement = (line: string): boolean =>
  /^[A-Za-z0-9][\w.-]*\s*(\[[\w\s.,-]*\])?\s*($|[<>=!~(;]|--hash=)/.test(line) &&
  !/[\p{Cc}#\\]|:\/\//u.test(line) &&
  [...line.matchAll(/(?:^|\s)-+\S*/g)].every(([option]) =>
    /^\s--hash=sha(256|384|512):[0-9a-f]+$/.test(option),
  )

/** What a lock installs, in its order. */
export const packagesOf = (lockText: string): Package[] => logicalLines(lockText).map(packageIn)

/** A project's name as PEP 503 compares it. */
const normalName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')

type PipReport = {
  install: {
    metadata: { name: string; version: string }
    download_info: { archive_info?: { hash?: string; hashes?: { sha256?: string } } }
  }[]
}

// Before pip 23 there is only `hash`, as `sha256=…`.
const oldHash = (hash: string | undefined): string | undefined => /^sha256=(.+)$/.exec(hash ?? '')?.[1]

function lockFrom(entries: (Package & { hashes: string[] })[]): Lock {
  const lines = entries.map(
    ({ name, version, hashes }) =>
      `${normalName(name)}==${version}${hashes
        .sort()
        .map((hash) => ` --hash=${hash}`)
        .join('')}`,
  )
  return lockFromLines(lines)
}

function logicalLines(text: string): string[] {
  return text
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

function packageIn(line: string): Package {
  const [, name, version] = /^([\w.-]+)\s*(?:\[[^\]]*\])?\s*(?:===?\s*([^\s;]+))?/.exec(line) ?? []
  return { name: normalName(name ?? line), version: version ?? '' }
}
