import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Hono } from 'hono'
import { notFound, packageRoot } from '../base/index.ts'
import type { Env } from './identity.ts'

const TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** The built files of the pages, read once; `version` changes whenever one of them does. */
export function openAssets(): { routes: Hono<Env>; version: string } {
  const folder = join(packageRoot, 'dist/assets')
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.split('.').at(-1)! in TYPES)
    : []
  const files = new Map(names.sort().map((name) => [name, readFileSync(join(folder, name))]))
  const hash = createHash('sha256')
  for (const [name, content] of files) hash.update(name).update(content)
  const routes = new Hono<Env>()
  routes.get('/:name', (c) => {
    const name = c.req.param('name')
    const content = files.get(name)
    if (!content) throw notFound(`the file ${name}`)
    return c.body(new Uint8Array(content), 200, {
      'Content-Type': TYPES[name.split('.').at(-1)!]!,
      // The address holds the version, so a copy never goes stale.
      'Cache-Control': 'public, max-age=31536000, immutable',
      'X-Content-Type-Options': 'nosniff',
    })
  })
  return { routes, version: hash.digest('hex').slice(0, 12) }
}
