import { Idiomorph } from 'idiomorph'
import type { Connection } from './connection.ts'

// Global where htmx is served as it is, not where it is bundled into a scope of its own.
declare global {
  var htmx: { process(element: Element): void } | undefined
}

// A busy server tells of many changes a second; a page that follows once a second is live enough.
const SHORTEST_GAP_MS = 1000

/**
 * Keeps every element with `data-live` (`runs`, `run:12`, `head`) true: when its topic changes, `data-src` is had again,
 * and each element of the answer is merged into the one with the same id. Returns the way to ask for a topic's by hand.
 */
export function watchFragments(connection: Connection): (topic: string) => void {
  const topics = new Set(liveElements().map(({ dataset }) => dataset.live!))
  const refresh = createRefresh()
  for (const topic of topics) connection.follow(topic)
  connection.onMessage((message) => {
    if (message.type === 'runs' || message.type === 'run') refresh('runs')
    if (message.type === 'run') refresh(`run:${message.id}`)
    if (message.type === 'head') refresh('head')
  })
  let wasOpen = false
  connection.onState((open) => {
    // What changed while nobody listened is not told again. The first time the server tells what came after the page was
    // made; what went on then can have ended before that was read.
    if (open && (wasOpen || somethingGoesOn())) for (const topic of topics) refresh(topic)
    wasOpen ||= open
  })
  return refresh
}

const liveElements = () => [...document.querySelectorAll<HTMLElement>('[data-live]')]

const somethingGoesOn = () => document.querySelector('[data-live] [data-elapsed]') !== null

function createRefresh(): (topic: string) => void {
  const waiting = new Set<string>()
  let last = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const work = async () => {
    const sources = new Set(
      liveElements()
        .filter(({ dataset }) => waiting.has(dataset.live!))
        .map(({ dataset }) => dataset.src!),
    )
    waiting.clear()
    await Promise.all([...sources].map(load))
    last = Date.now()
    timer = undefined
    if (waiting.size > 0) plan()
  }
  const plan = () => {
    timer ??= setTimeout(() => void work(), Math.max(0, last + SHORTEST_GAP_MS - Date.now()))
  }
  return (topic) => {
    waiting.add(topic)
    plan()
  }
}

async function load(source: string): Promise<void> {
  const answer = await fetch(source, { headers: { 'HX-Request': 'true' } }).catch(() => undefined)
  // An ended session or a stopping server: what is shown stays, and the next page says why.
  if (!answer?.ok || answer.redirected) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  for (const element of [...fresh.body.children]) {
    const old = document.getElementById(element.id)
    if (old) merge(old, element)
  }
}

function merge(old: Element, fresh: Element): void {
  void Idiomorph.morph(old, fresh, {
    morphStyle: 'outerHTML',
    ignoreActiveValue: true,
    restoreFocus: true,
    callbacks: {
      // What a person has unfolded or opened stays so, and what was typed or chosen stays as it is.
      beforeAttributeUpdated: (name, element) => !(name === 'open' && element.matches('details, dialog')),
      beforeNodeMorphed: (node) => !isTouched(node),
    },
  })
  const merged = document.getElementById(fresh.id)
  if (merged) globalThis.htmx?.process(merged)
}

/** Whether a person has put something else into the field than the page had. */
function isTouched(node: Node): boolean {
  if (node instanceof HTMLInputElement)
    return node.type === 'checkbox' || node.type === 'radio'
      ? node.checked !== node.defaultChecked
      : node.type !== 'hidden' && node.value !== node.defaultValue
  if (node instanceof HTMLTextAreaElement) return node.value !== node.defaultValue
  if (node instanceof HTMLSelectElement)
    return [...node.options].some((option) => option.selected !== option.defaultSelected)
  return false
}
