import { Hono } from 'hono'
import type { Doors } from '../doors.ts'
import type { Env } from '../identity.ts'
import { commitPages } from './commits.tsx'
import { logPages } from './log.ts'
import { overviewPages } from './overview.tsx'
import { runPages } from './runs.tsx'
import { onePages } from './script/index.tsx'
import { newScriptPages } from './script/new.tsx'
import { scriptPages } from './scripts.tsx'
import { secretPages } from './secrets.tsx'
import { sessionPages } from './session.tsx'
import type { Standings } from './standings.ts'

/** The dashboard. */
export function pageRoutes(doors: Doors, version: string, standings: Standings): Hono<Env> {
  return new Hono<Env>()
    .route('/', sessionPages(doors, version))
    .route('/', overviewPages(doors, version, standings))
    .route('/', scriptPages(doors, version, standings))
    .route('/', newScriptPages(doors, version))
    .route('/', onePages(doors, version))
    .route('/', commitPages(doors, version))
    .route('/', logPages(doors))
    .route('/', runPages(doors, version))
    .route('/', secretPages(doors, version))
}
