import { part } from './parts.ts'

export type EditPage = ReturnType<typeof readPage>

/** What the page says of the script, and where its parts are. */
export function readPage(form: HTMLFormElement) {
  const field = (name: string) => form.querySelector<HTMLInputElement>(`[name="${name}"]`)!
  const { slug = '', who = '', single } = form.dataset
  const script = `/scripts/${encodeURIComponent(slug)}`
  const home = `${script}/edit`
  const head = field('base').value
  return {
    form,
    slug,
    /** Whose drafts these are. */
    who,
    isSingle: single !== undefined,
    script,
    /** The editor's own address, which opens the first file. */
    home,
    hrefOf: (path: string) => `${home}?path=${encodeURIComponent(path)}`,
    /** The file as it is at the commit that the page was read at, to be downloaded. */
    rawHrefOf: (path: string) => `${script}/raw?path=${encodeURIComponent(path)}&commit=${head}`,
    name: field('name'),
    notes: document.getElementById('edit-notes')!,
    /** Where the form has its text. */
    text: form.querySelector<HTMLElement>('.edit-text')!,
    listed: [...part('files').querySelectorAll('li')].map(({ dataset }) => dataset['path']!),
    /** The commit that all of it was read at. */
    head,
    /** The file that the form was made for; '' for a new one. */
    first: field('path').value,
  }
}

export type Place = ReturnType<typeof takePlace>

/** Takes the form's text out of the page, and makes room for the editor and for what is said where there is no text. */
export function takePlace({ text }: EditPage) {
  const given = text.querySelector('textarea')
  const wasTyping = given !== null && document.activeElement === given
  const host = document.createElement('div')
  host.className = 'edit-pane'
  const words = document.createElement('div')
  text.replaceChildren(host, words)
  return { host, words, given, wasTyping }
}
