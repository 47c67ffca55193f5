import { Hono } from 'hono'
import { ReferencePage } from '../../../views/reference/index.tsx'
import type { Doors } from '../doors.ts'
import type { Env } from '../identity.ts'
import { outlineOf, type Described, type Outline } from './outline.ts'
import { pageOf } from './page.ts'

/** The reference of the API for people, from the document that is served; it needs nobody, as that one. */
export function referencePages(doors: Doors, version: string, document: string): Hono<Env> {
  let outline: Outline | undefined
  return new Hono<Env>().get('/api/docs', (c) => {
    // The address is known only when the server listens.
    outline ??= outlineOf(JSON.parse(document) as Described, `${doors.publicUrl()}/api/v1`)
    const page = pageOf(c, doors, version, { title: 'REST API', active: 'system' })
    return c.html(<ReferencePage page={page} {...outline} />)
  })
}
