/**
 * Opens what a link with `data-dialog` leads to in a dialog on this page: the dialog with that id, or the question
 * (`#ask`) of the page behind it. What closes it is any link or element with `data-dialog-close`, Escape, or a click
 * beside it.
 */
export function openDialogs(): void {
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || isForTab(event)) return
    const opener = event.target.closest<HTMLAnchorElement>('a[data-dialog]')
    if (opener) {
      event.preventDefault()
      void open(opener)
      return
    }
    const dialog = event.target.closest('dialog')
    if (!dialog?.open) return
    if (event.target !== dialog && !event.target.closest('[data-dialog-close]')) return
    event.preventDefault()
    dialog.close()
  })
}

const isForTab = ({ button, ctrlKey, metaKey, shiftKey }: MouseEvent) =>
  button !== 0 || ctrlKey || metaKey || shiftKey

async function open(opener: HTMLAnchorElement): Promise<void> {
  const id = opener.getAttribute('href')!
  const dialog = id.startsWith('#') ? document.getElementById(id.slice(1)) : await fetched(opener.href)
  if (dialog instanceof HTMLDialogElement) dialog.showModal()
  // An ended session or a page that is none any more: the browser goes there and shows what there is.
  else location.assign(opener.href)
}

async function fetched(href: string): Promise<HTMLDialogElement | undefined> {
  const answer = await fetch(href).catch(() => undefined)
  if (!answer?.ok || answer.redirected) return undefined
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const ask = page.getElementById('ask')
  if (!ask) return undefined
  const dialog = document.createElement('dialog')
  dialog.className = 'dialog'
  const title = document.createElement('h2')
  title.textContent = ask.dataset.ask ?? ''
  title.id = 'ask-title'
  dialog.setAttribute('aria-labelledby', title.id)
  dialog.append(title, document.adoptNode(ask))
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  return dialog
}
