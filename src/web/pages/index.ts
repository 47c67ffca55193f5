import { Hono } from 'hono'
import type { Doors } from '../doors.ts'
import type { Env } from '../identity.ts'
import { overviewPages } from './overview.tsx'
import { runPages } from './runs.tsx'
import { scriptPages } from './scripts.tsx'
import { sessionPages } from './session.tsx'

/** The dashboard. */
export function pageRoutes(doors: Doors, version: string): Hono<Env> {
  return new Hono<Env>()
    .route('/', sessionPages(doors, version))
    .route('/', overviewPages(doors, version))
    .route('/', scriptPages(doors, version))
    .route('/', runPages(doors, version))
}
