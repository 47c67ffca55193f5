/** The slug of a folder or a single file below `scripts/`: `scripts/finance/report` is `finance.report`. */
export function slugOf(folder: string): string {
  return folder
    .replace(/^scripts\//, '')
    .replace(/\.py$/, '')
    .replaceAll('/', '.')
}

/** The folder that a new script of this slug gets; undefined if it is no slug. */
export function folderOfSlug(slug: string): string | undefined {
  return isSlug(slug) ? `scripts/${slug.replaceAll('.', '/')}` : undefined
}

const SLUG = /^[a-z0-9][a-z0-9_-]{0,62}(\.[a-z0-9][a-z0-9_-]{0,62})*$/
const SLUG_PART = /^[a-z0-9][a-z0-9_-]{0,62}$/
const LONGEST_SLUG = 200

export function isSlug(text: string): boolean {
  return text.length <= LONGEST_SLUG && SLUG.test(text)
}

export function isSlugPart(text: string): boolean {
  return SLUG_PART.test(text)
}

/** A part of a slug that is like the text; undefined when nothing of it can be used. */
export function slugPartLike(text: string): string | undefined {
  const part = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[_-]+|[_-]+$/g, '')
    .slice(0, 63)
  return isSlugPart(part) ? part : undefined
}
