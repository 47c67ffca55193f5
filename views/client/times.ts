import { elapsedTime, relativeTime } from '../words.ts'

const EVERY_MS = 1000

/** Keeps relative times and durations true, by the server's clock. */
export function keepTimesTrue(): void {
  const ahead = Number(document.body.dataset.now) - Date.now()
  setInterval(() => {
    if (document.visibilityState !== 'visible') return
    const now = Date.now() + ahead
    for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-relative]'))
      say(time, relativeTime(Date.parse(time.dateTime), now))
    for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-elapsed]'))
      say(time, elapsedTime(now - Date.parse(time.dateTime)))
  }, EVERY_MS)
}

function say(time: HTMLTimeElement, words: string): void {
  if (time.textContent !== words) time.textContent = words
}
