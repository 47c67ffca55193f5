import type { Connection, Message } from './connection.ts'
import { createTools } from './log-tools.ts'
import { createViewer } from './log-viewer.ts'

type SentLine = Extract<Message, { type: 'log' }>['lines'][number]
type LogMessage = Extract<Message, { type: 'log' | 'log-cut' }>

/** Shows the log of the page, if it has one, and follows it from where the page ends until it is complete. */
export function followLog(connection: Connection, refresh: (topic: string) => void): void {
  const section = document.querySelector<HTMLElement>('[data-log]')
  if (!section) return
  const scroller = part(section, 'rows')
  const tools = createTools(section, scroller)
  const viewer = createViewer(section, scroller, () => tools.tell())
  tools.begin(viewer)
  if (section.dataset.complete === 'true') return

  const run = Number(section.dataset.log)
  const status = part(section, 'status')
  let next = Number(section.dataset.next)

  const take = (message: LogMessage) => {
    // What a resumed connection sends twice is shown once.
    if (message.next <= next) return
    if (message.type === 'log') viewer.add(message.lines.filter(({ offset }) => offset >= next).map(readLine))
    else viewer.addCut(sizeText(message.next - Math.max(message.from, next)))
    next = message.next
    part(section, 'empty').hidden = true
  }
  const end = () => {
    status.textContent = 'ended'
    status.dataset.state = 'ended'
    stop()
    tools.setLive(false)
    refresh(`run:${run}`)
  }

  const stop = connection.follow(`run:${run}`, () => next)
  connection.onMessage((message) => {
    if (!('run' in message) || message.run !== run) return
    if (message.type === 'log-end') end()
    else take(message)
  })
  connection.onState((open, why) => {
    if (status.dataset.state === 'ended') return
    status.textContent = open ? 'live' : why ? `not live: ${why}` : 'reconnecting …'
    status.dataset.state = open ? 'live' : 'waiting'
    tools.setLive(true)
  })
}

const part = (section: HTMLElement, name: string) => section.querySelector<HTMLElement>(`[data-log-${name}]`)!

const readLine = ({ at, ...line }: SentLine) => ({ ...line, at: Date.parse(at) })

const sizeText = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`
