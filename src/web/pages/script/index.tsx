import { Hono } from 'hono'
import { AppError } from '../../../base/index.ts'
import { GonePage } from '../../../../views/scripts/gone.tsx'
import type { Doors } from '../../doors.ts'
import type { Env } from '../../identity.ts'
import { actionPages } from './actions.tsx'
import { codePages } from './code.tsx'
import { editPages } from '../edit.tsx'
import { createFrames } from './frame.ts'
import { goneProps } from './gone.ts'
import { historyPages } from './history.tsx'
import { overviewPage } from './overview.tsx'

/** The pages of one script, and what is done to it. */
export function onePages(doors: Doors, version: string): Hono<Env> {
  const frames = createFrames(doors, version)
  return new Hono<Env>()
    .route('/', overviewPage(doors, frames))
    .route('/', codePages(doors, frames))
    .route('/', historyPages(doors, frames))
    .route('/', actionPages(doors, version, frames))
    .route('/', editPages(doors, version))
    .onError(async (error, c) => {
      const slug = c.req.param('slug')
      if (!(error instanceof AppError) || error.code !== 'not_found' || slug === undefined) throw error
      // The page for what was sent in vain shows it, so that it is not lost.
      if (c.req.method !== 'GET') throw error
      const props = await goneProps(c, doors, version, slug)
      if (!props) throw error
      return c.html(<GonePage {...props} />, 404)
    })
}
