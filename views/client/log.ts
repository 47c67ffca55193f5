import type { Connection, Message } from './connection.ts'
import { createRows } from './log-rows.ts'

// So many rows stay in the page; earlier ones go, and the note about the whole log appears.
const MOST_ROWS = 5000
// Rows added in one frame, so that a burst does not stall the page.
const ROWS_A_FRAME = 500
// So near to the end counts as at the end.
const NEAR_PX = 24

type LogMessage = Extract<Message, { type: 'log' | 'log-cut' }>

/** Follows the log of the page, if there is one that is not complete, from where the first page ends. */
export function followLog(connection: Connection, refresh: (topic: string) => void): void {
  const section = document.querySelector<HTMLElement>('[data-log]')
  if (!section) return
  const rows = part(section, 'rows')
  const scroll = createScroll(rows, part(section, 'follow'))
  scroll.toEnd()
  if (section.dataset.complete === 'true') return

  const run = Number(section.dataset.log)
  const status = part(section, 'status')
  const make = createRows(rows)
  const queue: HTMLElement[] = []
  let next = Number(section.dataset.next)
  let ended = false
  let frame = 0

  const draw = () => {
    frame = 0
    rows.append(...queue.splice(0, ROWS_A_FRAME))
    const tooMany = rows.childElementCount - MOST_ROWS
    if (tooMany > 0 && scroll.following()) {
      for (let i = 0; i < tooMany; i++) rows.firstElementChild?.remove()
      part(section, 'earlier').hidden = false
    }
    part(section, 'empty').hidden = true
    if (scroll.following()) scroll.toEnd()
    if (queue.length > 0) plan()
  }
  const plan = () => (frame ||= requestAnimationFrame(draw))

  const take = (message: LogMessage) => {
    // What a resumed connection sends twice is shown once.
    if (message.next <= next) return
    queue.push(...rowsOf(message))
    next = message.next
    // In a hidden tab no frame comes; what waits there is kept as bounded as what is shown.
    if (queue.length > MOST_ROWS) {
      queue.splice(0, queue.length - MOST_ROWS)
      part(section, 'earlier').hidden = false
    }
    plan()
  }

  const rowsOf = (message: LogMessage): HTMLElement[] => {
    if (message.type === 'log-cut') return [make.cut(Math.max(message.from, next), message.next)]
    return message.lines.flatMap((line) => (line.offset < next ? [] : (make.add(line) ?? [])))
  }

  const stop = connection.follow(`run:${run}`, () => next)
  connection.onMessage((message) => {
    if ((message.type === 'log' || message.type === 'log-cut') && message.run === run) take(message)
    if (message.type === 'log-end' && message.run === run) {
      ended = true
      status.textContent = ''
      stop()
      refresh(`run:${run}`)
    }
  })
  connection.onState((open) => {
    if (!ended) status.textContent = open ? 'live' : 'reconnecting …'
  })
}

const part = (section: HTMLElement, name: string) => section.querySelector<HTMLElement>(`[data-log-${name}]`)!

/** Follows the end until a person scrolls up; the button, or scrolling to the end, takes it up again. */
function createScroll(rows: HTMLElement, button: HTMLElement) {
  let following = true
  const toEnd = () => {
    rows.scrollTop = rows.scrollHeight
  }
  const set = (value: boolean) => {
    following = value
    button.hidden = value
  }
  rows.addEventListener(
    'scroll',
    () => set(rows.scrollHeight - rows.scrollTop - rows.clientHeight < NEAR_PX),
    {
      passive: true,
    },
  )
  button.addEventListener('click', () => {
    set(true)
    toEnd()
    rows.focus({ preventScroll: true })
  })
  return { toEnd, following: () => following }
}
