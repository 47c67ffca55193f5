import { Hono, type Context } from 'hono'
import { AppError } from '../../../base/index.ts'
import { assertCan, type Located } from '../../../access/index.ts'
import { folderOfSlug } from '../../../script/index.ts'
import { SlugPlace, type SlugPlaceProps } from '../../../../views/scripts/_slug.tsx'
import {
  SchedulePreview,
  type NewFields,
  type SchedulePreviewProps,
} from '../../../../views/scripts/_when.tsx'
import { NewPage, type NewProps } from '../../../../views/scripts/new.tsx'
import { UploadPage, type UploadProps } from '../../../../views/scripts/upload.tsx'
import { scriptHref } from '../../../../views/scripts/_hrefs.ts'
import { relativeTime } from '../../../../views/words.ts'
import type { Doors } from '../../doors.ts'
import { STATUS } from '../../errors.ts'
import { actorOf, type Env } from '../../identity.ts'
import { done } from '../flash.ts'
import { formOf, pageOf, partsOf } from '../page.ts'
import { said } from './actions.tsx'
import { companionsOf, draftOf, errorsOf, filesOf, scheduleOf, type Errors } from './draft.ts'
import { readTemplates, type Template } from './templates.ts'
import { readUpload } from './upload.ts'

const MENDABLE = ['invalid', 'conflict', 'too_large']

/** Making a script: by form, from a template, or of files that are sent. Each ends in one commit. */
export function newScriptPages(doors: Doors, version: string): Hono<Env> {
  const templates = readTemplates()
  return new Hono<Env>()
    .get('/scripts/new', (c) => {
      assertCan(actorOf(c), 'repository.push')
      const { by, slug = '', template } = c.req.query()
      if (by === 'upload') return c.html(<UploadPage {...uploadProps(c, { slug })} />)
      const chosen = templateNamed(template)
      return c.html(<NewPage {...newProps(c, chosen, { ...draftOf(chosen), slug })} />)
    })
    .get('/scripts/new/_slug', async (c) => {
      const { slug = '' } = c.req.query()
      return c.html(<SlugPlace {...await placeOf(actorOf(c), slug)} />)
    })
    .get('/scripts/new/_schedule', (c) => {
      assertCan(actorOf(c), 'script.read')
      return c.html(<SchedulePreview {...previewOf(fieldsOf(c.req.query()))} />)
    })
    .post('/scripts/new', async (c) => {
      const actor = actorOf(c)
      const form = await formOf(c, actor, doors)
      const template = templateNamed(form['template'])
      const fields = fieldsOf(form)
      try {
        assertGateIsAsked(fields)
        const { commit } = await doors.edits.create(
          actor,
          fields.slug,
          filesOf(fields, template),
          messageOf(fields),
        )
        return made(c, fields.slug, commit)
      } catch (error) {
        if (!(error instanceof AppError) || !MENDABLE.includes(error.code)) throw error
        return c.html(
          <NewPage {...newProps(c, template, fields, errorsOf(error, fields))} />,
          STATUS[error.code],
        )
      }
    })
    .post('/scripts/new/upload', async (c) => {
      const actor = actorOf(c)
      const { slug = '', message = '' } = await formOf(c, actor, doors)
      try {
        const { files, leftOut } = await readUpload(await partsOf(c))
        const { commit } = await doors.edits.create(actor, slug.trim(), files, messageOf({ message }))
        return made(c, slug.trim(), commit, leftOut)
      } catch (error) {
        if (!(error instanceof AppError) || !MENDABLE.includes(error.code)) throw error
        const errors = uploadErrors(error)
        return c.html(<UploadPage {...uploadProps(c, { slug, message }, errors)} />, STATUS[error.code])
      }
    })

  function templateNamed(name: string | undefined): Template {
    return templates.find((template) => template.name === name) ?? templates[0]!
  }

  function newProps(c: Context<Env>, template: Template, fields: NewFields, errors: Errors = {}): NewProps {
    return {
      page: pageOf(c, doors, version, { title: 'New script', active: 'scripts' }),
      templates: templates.map(({ name, description }) => ({
        name,
        description,
        current: name === template.name,
      })),
      template: template.name,
      companions: Object.keys(companionsOf(template)),
      zones: Intl.supportedValuesOf('timeZone'),
      preview: previewOf(fields),
      fields,
      errors,
    }
  }

  function uploadProps(
    c: Context<Env>,
    { slug, message = '' }: { slug: string; message?: string },
    errors: UploadProps['errors'] = {},
  ): UploadProps {
    return {
      page: pageOf(c, doors, version, { title: 'New script', active: 'scripts' }),
      ...{ slug, message, errors },
    }
  }

  function previewOf(fields: NewFields): SchedulePreviewProps {
    const now = doors.clock.now()
    const asked = scheduleOf(fields)
    if (!asked) return { when: fields.when, now }
    if (Object.values(asked).every((value) => value === '')) return { when: fields.when, now, waiting: true }
    const preview = doors.schedulePreview(asked)
    if ('problems' in preview)
      return {
        when: fields.when,
        now,
        problems: preview.problems.map(({ message, remedy }) => ({ message, ...(remedy ? { remedy } : {}) })),
      }
    return { when: fields.when, now, ...preview }
  }

  /** Where a script of this slug would lie, and what is in its way. */
  async function placeOf(actor: Located, text: string): Promise<SlugPlaceProps> {
    const slug = text.trim()
    const folder = folderOfSlug(slug)
    if (!folder) return slug === '' ? {} : { odd: slug }
    const taken = await doors.catalog.find(slug)
    return { folder, ...(taken ? { taken: slug } : {}) }
  }

  function made(c: Context<Env>, slug: string, commit: string, leftOut: string[] = []): Response {
    const next = doors.nextTickAt(slug)
    const words = [
      `${slug} is made`,
      next === undefined ? 'it runs by hand' : `its next tick is ${relativeTime(next, doors.clock.now())}`,
      ...(leftOut.length > 0 ? [`${leftOut.length} files that tools leave were not taken`] : []),
    ]
    return done(c, doors, scriptHref(slug), said(words.join('; '), commit))
  }
}

const messageOf = ({ message }: { message: string }) => message.trim().replace(/\r\n?/g, '\n') || undefined

/** A gate that is never asked is no gate. */
function assertGateIsAsked({ when, trigger }: NewFields): void {
  if (when === 'hand' && trigger.trim() !== '')
    throw problemAt(
      'trigger',
      'a gate is asked at ticks, and this has none',
      'choose when it is asked, or leave it empty',
    )
  if (when === 'gate' && trigger.trim() === '')
    throw problemAt('trigger', 'there is no gate yet', 'write a trigger(data) that says whether to run')
}

const problemAt = (field: 'trigger', message: string, remedy: string) =>
  new AppError('invalid', message, { problems: [{ path: `${field}.py`, message, remedy }] })

const WHEN: NewFields['when'][] = ['hand', 'cron', 'every', 'gate']

/** The form's fields, those that were not sent empty. */
function fieldsOf(form: Record<string, string>): NewFields {
  const text = (name: keyof NewFields) => form[name] ?? ''
  return {
    ...{ slug: text('slug').trim(), description: text('description'), message: text('message') },
    when: WHEN.find((one) => one === form['when']) ?? 'hand',
    ...{ cron: text('cron'), timezone: text('timezone'), every: text('every') },
    ...{ main: text('main'), trigger: text('trigger'), requirements: text('requirements') },
    ...{ manifest: text('manifest'), paused: form['paused'] !== undefined },
  }
}

/** The slug's own are said at the slug, all others at the files: which field brought a file is not asked again. */
function uploadErrors(error: AppError): UploadProps['errors'] {
  const at = error.problems.find(({ path }) => path === 'slug')
  if (at) return { slug: at.remedy ? `${at.message}; ${at.remedy}` : at.message }
  if (error.code === 'conflict') return { slug: error.message }
  return {
    problems: error.problems,
    whole: error.problems.length > 0 ? 'These files are no script yet' : error.message,
  }
}
