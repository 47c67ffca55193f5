import { OpenAPIHono } from '@hono/zod-openapi'
import { AppError } from '../../base/index.ts'
import type { Env } from '../identity.ts'

/** A router whose routes are checked against their own definition; what does not fit is told field by field. */
export function createApi(): OpenAPIHono<Env> {
  return new OpenAPIHono<Env>({
    strict: false,
    defaultHook: (result) => {
      if (result.success) return
      const problems = result.error.issues.map(({ path, message }) => ({
        path: path.join('.') || 'body',
        message: message.charAt(0).toLowerCase() + message.slice(1),
      }))
      const detail = problems.map(({ path, message }) => `${path}: ${message}`).join('; ')
      throw new AppError('invalid', detail, { problems })
    },
  })
}
