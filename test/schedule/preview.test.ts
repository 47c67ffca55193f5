import { expect, test } from 'vitest'
import { schedulePreview, type AskedSchedule } from '../../src/schedule/index.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')
const preview = (asked: AskedSchedule) => schedulePreview(asked, { timezone: 'UTC', now: NOW })

/** What there is to see: the first two moments are enough. */
function shown(asked: AskedSchedule) {
  const found = preview(asked)
  if ('problems' in found) return found
  return { ...found, next: found.next.slice(0, 2).map((at) => new Date(at).toISOString()) }
}

test('a schedule is told in words, with its next ten moments', () => {
  expect(shown({ cron: '0 7 * * 1-5', timezone: 'Europe/Rome' })).toEqual({
    words: 'at 07:00, Monday through Friday, Europe/Rome',
    notes: [],
    next: ['2026-01-01T06:00:00.000Z', '2026-01-02T06:00:00.000Z'],
  })
  expect(shown({ every: '15m', start: '2026-01-01T00:05:00Z', jitter: '1m' })).toEqual({
    words: 'every 15 minutes, counted from 2026-01-01T00:05:00.000Z, up to 1 min later',
    notes: [],
    next: ['2026-01-01T00:05:00.000Z', '2026-01-01T00:20:00.000Z'],
  })
  expect(preview({ cron: '@daily' })).toMatchObject({ next: { length: 10 } })
})

test('a line with both kinds of day says that either will do', () => {
  const found = shown({ cron: '0 0 13 * FRI' })
  expect(found).toMatchObject({
    next: ['2026-01-02T00:00:00.000Z', '2026-01-09T00:00:00.000Z'],
    notes: [
      'Both a day of the month (13) and a day of the week (FRI) are named: as in every cron, it is due on days that are either, not only on those that are both.',
    ],
  })
})

test('everything that is wrong is told, with its remedy', () => {
  expect(preview({ cron: '61 25 * * *', timezone: 'Europe/Room' })).toEqual({
    problems: [
      {
        path: 'cron',
        message: "cron '61 25 * * *': minute 61 is outside 0-59",
        remedy: 'write a minute from 0 to 59',
      },
      {
        path: 'cron',
        message: "cron '61 25 * * *': hour 25 is outside 0-23",
        remedy: 'write an hour from 0 to 23',
      },
      {
        path: 'timezone',
        message: "timezone 'Europe/Room': there is no such time zone",
        remedy: 'write Europe/Rome',
      },
    ],
  })
  expect(preview({ every: '1s' })).toMatchObject({ problems: [{ path: 'every' }] })
  expect(preview({})).toMatchObject({ problems: [{ path: 'schedule' }] })
  expect(preview({ cron: '@daily', every: '5m' })).toMatchObject({ problems: [{ path: 'every' }] })
  expect(preview({ corn: '@daily' } as AskedSchedule)).toMatchObject({
    problems: [{ path: 'corn', remedy: "write 'cron'" }],
  })
})
