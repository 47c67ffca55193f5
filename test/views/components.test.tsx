import { expect, test } from 'vitest'
import { LinkButton } from '../../views/components/button.tsx'
import { Code, linesOf } from '../../views/components/code.tsx'
import { Ask, Dialog } from '../../views/components/dialog.tsx'
import { Filters } from '../../views/components/filters.tsx'
import { Act, Choice, FileField, Form, Select, TextArea, TextField } from '../../views/components/form.tsx'
import { Upcoming } from '../../views/components/time.tsx'
import { Toasts } from '../../views/components/toast.tsx'

const NOW = Date.UTC(2026, 10, 23, 6, 47)

test('a wrong field keeps what was typed, says what is wrong, and has the focus', () => {
  const html = String(
    <TextField name="slug" label="Slug" hint="Parts joined by dots." value="My Script" error="no slug" />,
  )
  expect(html).toContain('value="My Script"')
  expect(html).toContain('aria-invalid="true"')
  expect(html).toContain('aria-describedby="error-slug hint-slug"')
  expect(html).toContain(' autofocus')
  expect(html).toContain('<p class="error" id="error-slug">No slug.</p>')
  expect(html.indexOf('error-slug')).toBeLessThan(html.lastIndexOf('hint-slug'))
})

test('a field without an error is described by its hint alone', () => {
  const html = String(<TextField name="slug" label="Slug" hint="Parts joined by dots." />)
  expect(html).toContain('aria-describedby="hint-slug"')
  expect(html).not.toContain('autofocus')
  expect(html).not.toContain('aria-invalid')
})

test('text of several lines is kept to the letter, also where it begins with a newline', () => {
  expect(String(<TextArea name="code" label="Code" value={'\nx = "<b>"'} />)).toContain(
    '\n\nx = &quot;&lt;b&gt;&quot;</textarea>',
  )
})

test('what was chosen stays chosen', () => {
  const options = [
    { value: 'a', name: 'A' },
    { value: 'b', name: 'B', hint: 'the other' },
  ]
  expect(String(<Select name="x" label="X" value="b" options={options} />)).toMatch(
    /value="b" selected[^>]*>B/,
  )
  const choice = String(<Choice name="y" label="Y" value="b" options={options} />)
  expect(choice.match(/ checked/g)).toHaveLength(1)
  expect(choice).toMatch(/value="b" id="field-y-1" checked/)
})

test('a file that has to be chosen again says so', () => {
  expect(String(<FileField name="main" label="main.py" error="it is empty" />)).toContain(
    'Choose it again: browsers do not keep files.',
  )
})

test('a form carries its token, and files only where it says so', () => {
  const form = String(<Form action="/x" csrf="t" error="the base is gone" children={null} />)
  expect(form).toContain('name="csrf" value="t"')
  expect(form).toContain('The base is gone.')
  expect(form).not.toContain('multipart')
  expect(String(<Form action="/x" csrf="t" upload children={null} />)).toContain(
    'enctype="multipart/form-data"',
  )
})

test('an action that lets the page stay is a plain form too', () => {
  const html = String(<Act action="/runs/1/cancel" csrf="t" stay children={null} />)
  expect(html).toContain('method="post" action="/runs/1/cancel"')
  expect(html).toContain('hx-post="/runs/1/cancel"')
  expect(html).toContain('hx-swap="none"')
})

test('a dialog has a name, and what opens it is a link', () => {
  const html = String(<Dialog id="stop" title="Stop it?" children={null} />)
  expect(html).toContain('aria-labelledby="stop-title"')
  expect(html).not.toContain(' open')
  expect(String(<LinkButton asks href="#stop" children="Stop" />)).toMatch(
    /<a [^>]*href="#stop"[^>]*data-dialog=""/,
  )
  expect(String(<Ask title="Pause x" children={null} />)).toContain('id="ask" data-ask="Pause x"')
})

test('filters lead to an address, and htmx swaps the list alone', () => {
  const html = String(<Filters action="/runs" target="runs" typed={['script']} active children={null} />)
  expect(html).toContain('method="get" action="/runs"')
  expect(html).toContain('hx-trigger="input changed delay:250ms from:#field-script, change, submit"')
  expect(html).toContain('<a href="/runs">Clear</a>')
})

test('a toast leads on to what was made', () => {
  const html = String(
    <Toasts notice={{ tone: 'ok', text: 'Run 7 is queued.', href: '/runs/7', link: 'See run' }} />,
  )
  expect(html).toContain('role="status"')
  expect(html).toContain('<a href="/runs/7">See run</a>')
  expect(String(<Toasts />)).toMatch(/<div id="toasts"[^>]*><\/div>/)
})

test('lines of code are numbered, and the end of the last line is none', () => {
  expect(linesOf('a\r\nb\n')).toEqual(['a', 'b'])
  const html = String(<Code label="main.py" lines={['a', '\u001b[0m']} first={40} prefix="old-" />)
  expect(html).toContain('id="old-L41"')
  expect(html).toContain('␛[0m')
})

test('a moment to come is told both ways', () => {
  const text = (at: number) =>
    String(<Upcoming at={at} now={NOW} />)
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
  expect(text(NOW + 13 * 60_000)).toBe('in 13 min 07:00 UTC')
  expect(text(NOW + 20 * 3_600_000)).toBe('in 20 h 24 Nov 02:47 UTC')
})
