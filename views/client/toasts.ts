import type { Notice } from '../components/toast.tsx'

// Long enough to read two lines twice; pointing at it or being in it makes it stay.
const SHOWN_MS = 8000

/** Shows what actions without a new page tell (the event `toast`), and lets toasts be closed or go by themselves. */
export function showToasts(): void {
  const place = document.getElementById('toasts')
  if (!place) return
  for (const toast of place.querySelectorAll<HTMLElement>('.toast')) settle(toast)
  document.body.addEventListener('toast', (event) => {
    const toast = draw((event as CustomEvent<Notice>).detail)
    place.append(toast)
    settle(toast)
  })
}

/** Shows a toast that the page itself has to tell. */
export function tell(notice: Notice): void {
  document.body.dispatchEvent(new CustomEvent('toast', { detail: notice }))
}

/** The same elements that `components/toast.tsx` makes; the icon is left to the colour's word. */
function draw({ tone, text, href, link = 'See it' }: Notice): HTMLElement {
  const toast = make('div', 'toast')
  const alert = make('div', `alert ${tone}`)
  const body = make('div', 'alert-body')
  body.textContent = text
  alert.append(body)
  if (href?.startsWith('/')) {
    const leads = make('a', '')
    leads.href = href
    leads.textContent = link
    alert.append(leads)
  }
  toast.append(alert)
  return toast
}

function settle(toast: HTMLElement): void {
  const close = make('button', 'toast-close')
  close.type = 'button'
  close.setAttribute('aria-label', 'Close')
  close.textContent = '×'
  close.addEventListener('click', () => toast.remove())
  toast.append(close)
  // What went wrong stays until somebody has seen it.
  if (toast.querySelector('.alert.bad, .alert.warn')) return
  let timer: ReturnType<typeof setTimeout> | undefined
  const go = () => (timer = setTimeout(() => toast.remove(), SHOWN_MS))
  const stay = () => clearTimeout(timer)
  for (const event of ['pointerenter', 'focusin']) toast.addEventListener(event, stay)
  for (const event of ['pointerleave', 'focusout']) toast.addEventListener(event, go)
  go()
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, name: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  if (name) element.className = name
  return element
}
