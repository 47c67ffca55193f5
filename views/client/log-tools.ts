import type { Options, Picked, Viewer } from './log-viewer.ts'

const KEPT = 'log'

/** What is pressed and typed around the log: find, what is shown and how, copy, follow, and links to lines. */
export function createTools(section: HTMLElement, scroller: HTMLElement) {
  const part = <T extends HTMLElement>(name: string) => section.querySelector<T>(`[data-log-${name}]`)!
  const tool = (name: string) => section.querySelector<HTMLElement>(`[data-log-tool=${name}]`)!
  const input = part('find').querySelector('input')!
  let viewer: Viewer
  let isLive = section.dataset.complete !== 'true'
  // Lines that were asked for and are not written yet.
  let awaited: Picked | undefined
  // Said in place of what was found, until something else is looked for.
  let remark = ''

  /** Tells what has changed. */
  function tell(): void {
    if (awaited && (!isLive || viewer.lastLine() >= awaited.from)) return void go(awaited)
    say(part('found'), remark || viewer.find.words())
    const button = part('follow')
    const waiting = viewer.waiting()
    button.hidden = viewer.isFollowing() || (!isLive && waiting === 0)
    const more =
      waiting > 0 ? ` · ${waiting.toLocaleString('en')} new ${waiting === 1 ? 'line' : 'lines'}` : ''
    say(button.lastElementChild!, `Follow${more}`)
    const picked = viewer.picked()
    const what = !picked
      ? 'all lines'
      : picked.from === picked.to
        ? `line ${picked.from}`
        : `lines ${wordsOf(picked)}`
    tool('copy').title = tool('copy').ariaLabel = `Copy ${what}`
  }

  function note(words: string): void {
    remark = words
    tell()
  }

  function show(): void {
    const { wrap, times, output } = viewer.options()
    section.dataset.wrap = String(wrap)
    section.dataset.times = times
    tool('wrap').ariaPressed = String(wrap)
    part<HTMLSelectElement>('times').value = times
    part<HTMLSelectElement>('output').value = output
  }

  function set(more: Partial<Options>): void {
    // The look first: what a line holds is measured in it.
    if (more.wrap !== undefined) section.dataset.wrap = String(more.wrap)
    if (more.times !== undefined) section.dataset.times = more.times
    viewer.set(more)
    show()
    if (more.output) void viewer.load()
  }

  function choose(more: Partial<Options>): void {
    set(more)
    keep({ ...kept(), ...more, output: '' })
  }

  const matchCase = () => tool('case').ariaPressed === 'true'
  function look(): void {
    const text = input.value.startsWith(':') ? '' : input.value
    remark = ''
    awaited = undefined
    viewer.look(text, matchCase())
    // Earlier lines are looked through as well.
    if (text) void viewer.load()
  }

  function step(way: 1 | -1): void {
    const line = /^:L?(\d+)(?:-L?(\d+))?$/.exec(input.value)
    if (line) void pick(pickedOf(Number(line[1]), Number(line[2] ?? line[1])), true)
    else {
      remark = ''
      viewer.step(way)
    }
  }

  async function pick(lines: Picked | undefined, goes: boolean): Promise<void> {
    const hash = lines ? `#L${wordsOf(lines).replace('–', '-L')}` : location.pathname + location.search
    history.replaceState(history.state, '', hash)
    if (lines && goes) return go(lines)
    awaited = undefined
    note('')
    viewer.pick(lines)
  }

  /** Goes to the lines, or waits until they are written. */
  async function go(lines: Picked): Promise<void> {
    awaited = undefined
    const isThere = await viewer.goTo(lines)
    if (!isThere && isLive && viewer.lastLine() < lines.from) awaited = lines
    note(isThere ? '' : awaited ? `line ${lines.from} is awaited` : `no line ${lines.from}`)
  }

  async function pickFromAddress(): Promise<void> {
    const [, from, to] = /^#L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(location.hash) ?? []
    if (from) await go(pickedOf(Number(from), Number(to ?? from)))
  }

  async function copy(): Promise<void> {
    await toClipboard(await viewer.text())
    note('copied')
  }

  function openFind(event: KeyboardEvent): void {
    event.preventDefault()
    input.focus()
    input.select()
  }

  function onKey(event: KeyboardEvent): void {
    const isFree = document.activeElement === document.body || section.contains(document.activeElement)
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement
    if (!isFree || event.altKey || event.defaultPrevented) return
    // In the field itself the browser's own search is still a second press away.
    if ((event.ctrlKey || event.metaKey) && event.key === 'f' && event.target !== input)
      return openFind(event)
    if (isTyping || event.ctrlKey || event.metaKey) return
    if (event.key === '/') return openFind(event)
    if (event.key === 'n' || event.key === 'N') viewer.step(event.key === 'n' ? 1 : -1)
    else if (event.key === 'End') viewer.follow()
    else if (event.key === 'Home') viewer.toBegin()
    else if (event.key === 'Escape' && viewer.picked()) void pick(undefined, false)
    else return
    event.preventDefault()
  }

  function listen(): void {
    document.addEventListener('keydown', onKey)
    part('find').addEventListener('submit', (event) => event.preventDefault())
    input.addEventListener('input', look)
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') step(event.shiftKey ? -1 : 1)
      else if (event.key === 'Escape') {
        input.value = ''
        look()
        scroller.focus({ preventScroll: true })
      } else return
      event.preventDefault()
    })
    tool('case').addEventListener('click', () => {
      tool('case').ariaPressed = String(!matchCase())
      look()
    })
    tool('after').addEventListener('click', () => step(1))
    tool('before').addEventListener('click', () => step(-1))
    tool('copy').addEventListener('click', () => void copy())
    tool('wrap').addEventListener('click', () => choose({ wrap: !viewer.options().wrap }))
    part<HTMLSelectElement>('times').addEventListener('change', ({ target }) =>
      choose({ times: (target as HTMLSelectElement).value as Options['times'] }),
    )
    part<HTMLSelectElement>('output').addEventListener('change', ({ target }) =>
      choose({ output: (target as HTMLSelectElement).value as Options['output'] }),
    )
    part('follow').addEventListener('click', () => {
      viewer.follow()
      scroller.focus({ preventScroll: true })
    })
    scroller.addEventListener('click', onNumber)
    addEventListener('hashchange', () => void pickFromAddress())
  }

  function onNumber(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const line = Number(link.textContent)
    const picked = viewer.picked()
    const isAlone = picked?.from === line && picked.to === line
    void pick(
      event.shiftKey && picked ? pickedOf(picked.from, line) : isAlone ? undefined : pickedOf(line, line),
      false,
    )
  }

  return {
    tell,
    setLive: (live: boolean) => {
      isLive = live
      tell()
    },
    begin(made: Viewer): void {
      viewer = made
      const isNarrow = matchMedia('(max-width: 44rem)').matches
      set({ ...viewer.options(), ...(isNarrow && { times: 'off' }), ...kept() })
      part('tools').hidden = false
      for (const links of section.querySelectorAll<HTMLElement>('[data-log-part]')) links.hidden = true
      listen()
      void pickFromAddress()
    },
  }
}

const pickedOf = (one: number, other: number): Picked => ({
  from: Math.min(one, other),
  to: Math.max(one, other),
})

const wordsOf = ({ from, to }: Picked) => (from === to ? String(from) : `${from}–${to}`)

function say(element: Element, words: string): void {
  if (element.textContent !== words) element.textContent = words
}

// A browser may be set to keep nothing; then it is as it is at first.
function kept(): Partial<Options> {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<Options>
  } catch {
    return {}
  }
}

function keep(options: Partial<Options>): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(options))
  } catch {
    return
  }
}

/** The clipboard is there only over TLS and on the machine itself; elsewhere a field is copied from. */
async function toClipboard(text: string): Promise<void> {
  if (isSecureContext) return navigator.clipboard.writeText(text)
  const field = document.createElement('textarea')
  field.value = text
  document.body.append(field)
  field.select()
  document.execCommand('copy')
  field.remove()
}
