import type { FileState } from './change-set.ts'
import { part } from './parts.ts'

const WORDS: Record<FileState['kind'], string> = {
  same: '',
  changed: 'edited',
  added: 'new',
  removed: 'deleted',
}

type Options = { hrefOf: (path: string) => string; open: (path: string) => void }

/** The list of files: which is open, what became of each, and how many problems it has. */
export function createFiles({ hrefOf, open }: Options) {
  const list = part('files')
  const pattern = list.querySelector('li')

  list.addEventListener('click', (event) => {
    const item = event.target instanceof Element ? event.target.closest('li') : undefined
    const path = item?.dataset['path']
    if (path === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    open(path)
  })

  return (states: FileState[], current: string, problems: Map<string, number>) => {
    list.replaceChildren(...states.map((state) => row(state, current, problems.get(state.path) ?? 0)))
  }

  function row({ path, kind }: FileState, current: string, problems: number): HTMLElement {
    const item = pattern!.cloneNode(true) as HTMLElement
    const link = item.querySelector('a')!
    item.dataset['path'] = path
    link.href = hrefOf(path)
    link.querySelector('span')!.textContent = path
    if (path === current) link.setAttribute('aria-current', 'true')
    else link.removeAttribute('aria-current')
    item.querySelector('.end')?.remove()
    const words = [WORDS[kind], problems === 0 ? '' : problems === 1 ? '1 problem' : `${problems} problems`]
    const mark = document.createElement('span')
    mark.className = problems > 0 ? 'end wrong' : 'end'
    mark.textContent = words.filter(Boolean).join(', ')
    if (mark.textContent) item.append(mark)
    item.classList.toggle('edit-removed', kind === 'removed')
    return item
  }
}
