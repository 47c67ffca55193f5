/** A part of a list; `nextCursor` is where the next part begins, and stays right while rows arrive. */
export type Page<T> = { items: T[]; nextCursor?: string }

export type PageRequest = { limit: number; cursor?: string }

export const LONGEST_PAGE = 200

/** From `limit + 1` rows, in order, the page and its cursor (the key of the last row shown). */
export function pageOf<T>(rows: T[], limit: number, cursorOf: (row: T) => string | number): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return rows.length > limit && last ? { items, nextCursor: String(cursorOf(last)) } : { items }
}
