import type { Problem } from '../../src/base/index.ts'

export type ScriptTab = 'overview' | 'code' | 'runs' | 'ticks' | 'changes' | 'environment'

/** Where a script is shown. */
export const scriptHref = (slug: string, tab: ScriptTab = 'overview'): string =>
  `/scripts/${encodeURIComponent(slug)}${tab === 'overview' ? '' : `/${tab}`}`

type Place = { line?: number | undefined; commit?: string | undefined }

/** Where a file of the script is read; `path` is within its folder. */
export function codeHref(slug: string, path: string, { line, commit }: Place = {}): string {
  const query = new URLSearchParams({
    ...(path === '' ? {} : { path }),
    ...(commit ? { commit } : {}),
  }).toString()
  return `${scriptHref(slug, 'code')}${query && `?${query}`}${line === undefined ? '' : `#L${line}`}`
}

/** Where a file of the script is had as it is. */
export const rawHref = (slug: string, path: string, commit?: string): string =>
  `${scriptHref(slug)}/raw?${new URLSearchParams({ path, ...(commit ? { commit } : {}) }).toString()}`

/** Where a file of the script is changed. */
export const editHref = (slug: string, path?: string): string =>
  `${scriptHref(slug)}/edit${path === undefined ? '' : `?path=${encodeURIComponent(path)}`}`

/** Where a problem's place is read, if it is in the script's own files: problems are told from the repository's root. */
export function problemHref(slug: string, { path, line }: Problem): string | undefined {
  const place = `scripts/${slug.replaceAll('.', '/')}`
  if (path === `${place}.py`) return codeHref(slug, path.slice(path.lastIndexOf('/') + 1), { line })
  return path.startsWith(`${place}/`) ? codeHref(slug, path.slice(place.length + 1), { line }) : undefined
}
