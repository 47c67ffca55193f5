/** The element of the page that carries `data-edit-<name>`; the page is made with all of them. */
export function part<E extends HTMLElement = HTMLElement>(name: string, within: ParentNode = document): E {
  const found = within.querySelector<E>(`[data-edit-${name}]`)
  if (!found) throw new Error(`the page has no data-edit-${name}`)
  return found
}

/** What a template of the page holds, anew. */
export function made(name: string): HTMLElement {
  const template = part(name) as unknown as HTMLTemplateElement
  return template.content.firstElementChild!.cloneNode(true) as HTMLElement
}

export type Step = { name: string; href?: string; press?: () => void }

/** Shows a message with its steps in `place`, in the stead of the one before it there. */
export function say(place: HTMLElement, tone: 'warn' | 'bad', words: string, steps: Step[] = []): void {
  const alert = made('alert')
  alert.className = `alert ${tone}`
  part('words', alert).textContent = words
  const buttons = alert.querySelector('.buttons')
  for (const step of steps) buttons?.append(stepElement(step, () => alert.remove()))
  place.replaceChildren(alert)
}

function stepElement({ name, href, press }: Step, done: () => void): HTMLElement {
  const element = document.createElement(href === undefined ? 'button' : 'a')
  element.className = 'button plain small'
  element.textContent = name
  if (element instanceof HTMLAnchorElement) element.href = href!
  else element.setAttribute('type', 'button')
  element.addEventListener('click', () => {
    if (press) done()
    press?.()
  })
  return element
}
