import { Hono, type Context } from 'hono'
import { assertCan, can } from '../../access/index.ts'
import { AppError, notFound } from '../../base/index.ts'
import { DeleteSecretPage } from '../../../views/secrets/delete.tsx'
import { SecretsPage, type SecretField, type SecretsProps } from '../../../views/secrets/index.tsx'
import type { Doors } from '../doors.ts'
import { STATUS } from '../errors.ts'
import { actorOf, type Env } from '../identity.ts'
import { done } from './flash.ts'
import { formOf, pageOf } from './page.ts'

type SetForm = NonNullable<SecretsProps['form']>

/** The secrets: read by name, set and deleted by admins. */
export function secretPages(doors: Doors, version: string): Hono<Env> {
  const { secrets } = doors
  return new Hono<Env>()
    .get('/secrets', async (c) => c.html(<SecretsPage {...await listed(c)} />))
    .post('/secrets', async (c) => {
      const actor = actorOf(c)
      const { name = '', value = '', scripts = '' } = await formOf(c, actor, doors)
      try {
        // Browsers send lines of a form with CRLF, however they were typed.
        const text = value.replaceAll('\r\n', '\n')
        const set = await secrets.set(actor, name.trim(), text, scripts.split(/[\s,]+/).filter(Boolean))
        const granted =
          set.scripts.length > 0 ? `granted to ${set.scripts.join(', ')}` : 'granted to no script'
        return done(c, doors, '/secrets', { tone: 'ok', text: `${set.name} is set, and ${granted}.` })
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'invalid') throw error
        const form = { name, scripts, errors: errorsOf(error) }
        return c.html(<SecretsPage {...await listed(c, form)} />, STATUS[error.code])
      }
    })
    .get('/secrets/:name/delete', async (c) => {
      const actor = actorOf(c)
      assertCan(actor, 'secret.write')
      const { name } = c.req.param()
      const secret = (await secrets.list(actor)).find((one) => one.name === name)
      if (!secret) throw notFound(`secret ${name}`)
      const page = pageOf(c, doors, version, { title: `Delete ${name}`, active: 'secrets' })
      return c.html(<DeleteSecretPage page={page} name={name} scripts={secret.scripts} />)
    })
    .post('/secrets/:name/delete', async (c) => {
      const actor = actorOf(c)
      await formOf(c, actor, doors)
      const { name } = c.req.param()
      await secrets.remove(actor, name)
      return done(c, doors, '/secrets', { tone: 'ok', text: `${name} is deleted.` })
    })

  async function listed(c: Context<Env>, refused?: SetForm): Promise<SecretsProps> {
    const actor = actorOf(c)
    const rows = await secrets.list(actor)
    const wanted = rows.find(({ name }) => name === c.req.query('name'))
    const begun = wanted ? { name: wanted.name, scripts: wanted.scripts.join(', ') } : {}
    return {
      page: pageOf(c, doors, version, { title: 'Secrets', active: 'secrets' }),
      rows,
      ...(can(actor, 'secret.write') ? { form: refused ?? { ...begun, errors: {} } } : {}),
    }
  }
}

/** What is wrong, at its field; the verb names each by the field's name. */
function errorsOf({ problems, message }: AppError): SetForm['errors'] {
  const [problem] = problems
  if (!problem) return { whole: message }
  const words = problem.remedy ? `${problem.message}; ${problem.remedy}` : problem.message
  return { [problem.path as SecretField]: words }
}
