import { Hono, type Context } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import { AppError, systemActor } from '../../base/index.ts'
import { SHORTEST_PASSWORD, type Located } from '../../access/index.ts'
import { LoginPage } from '../../../views/session/login.tsx'
import { SetUpPage } from '../../../views/session/set-up.tsx'
import type { Doors } from '../doors.ts'
import { STATUS } from '../errors.ts'
import { addressOf, SESSION_COOKIE, type Env } from '../identity.ts'
import { fieldsOf, formOf, pageOf, safeNext } from './page.ts'

/** Signing in and out, and choosing a password over a one-time link. */
export function sessionPages(doors: Doors, version: string): Hono<Env> {
  const { access } = doors
  return new Hono<Env>()
    .get('/login', async (c) => {
      const next = safeNext(c.req.query('next'))
      if (c.var.actor) return c.redirect(next)
      const page = pageOf(c, doors, version, { title: 'Sign in' })
      return c.html(<LoginPage page={page} next={next} isNew={await isNew()} />)
    })
    .post('/login', async (c) => {
      const { username = '', password = '', next } = await fieldsOf(c)
      try {
        const actor = await access.authenticate.byPassword(username, password, addressOf(c))
        if (!actor)
          throw new AppError('unauthenticated', 'That user name and password do not belong together.')
        return await enter(c, actor, safeNext(next))
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        const page = pageOf(c, doors, version, { title: 'Sign in' })
        return c.html(
          <LoginPage page={page} username={username} error={error.message} next={safeNext(next)} />,
          STATUS[error.code],
        )
      }
    })
    .post('/logout', async (c) => {
      const { actor } = c.var
      if (actor) {
        await formOf(c, actor, doors)
        await access.sessions.end(actor)
      }
      deleteCookie(c, SESSION_COOKIE, { path: '/' })
      return c.redirect('/login')
    })
    .get('/setup', async (c) => {
      const token = c.req.query('token') ?? ''
      return c.html(await setUpPage(c, token))
    })
    .post('/setup', async (c) => {
      const { token = '', password = '', passwordAgain = '' } = await fieldsOf(c)
      if (password !== passwordAgain)
        return c.html(
          await setUpPage(c, token, { passwordAgain: 'This is not the same; type it again.' }),
          400,
        )
      try {
        const user = await access.links.use(token, password, addressOf(c))
        const actor = await access.authenticate.byPassword(user.name, password, addressOf(c))
        return await enter(c, actor!, '/')
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'invalid') throw error
        return c.html(await setUpPage(c, token, { password: error.message }), 400)
      }
    })

  /** Whether nobody has a password yet, as after the first start. */
  async function isNew(): Promise<boolean> {
    return (await access.users.list(systemActor)).every(({ hasPassword }) => !hasPassword)
  }

  async function setUpPage(
    c: Context<Env>,
    token: string,
    errors?: { password?: string; passwordAgain?: string },
  ) {
    const link = await access.links.find(token)
    if (!link)
      throw new AppError(
        'not_found',
        'this link does not work any more: it was used or replaced, or is too old; an admin gives another, and so does a restart while nobody has a password yet',
      )
    const page = pageOf(c, doors, version, { title: 'Choose a password' })
    const { name, role } = link.user
    return (
      <SetUpPage
        page={page}
        token={token}
        username={name}
        role={role}
        shortest={SHORTEST_PASSWORD}
        {...(errors ? { errors } : {})}
      />
    )
  }

  async function enter(c: Context<Env>, actor: Located, next: string): Promise<Response> {
    const { secret, expiresAt } = await access.sessions.open(actor)
    setCookie(c, SESSION_COOKIE, secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'Lax',
      secure: doors.publicUrl().startsWith('https:'),
      expires: new Date(expiresAt),
    })
    return c.redirect(next, 303)
  }
}
