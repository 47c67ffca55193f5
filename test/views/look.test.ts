import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  STANDINGS,
  ENVIRONMENT_STATES,
  RUN_STATES,
  TICK_OUTCOMES,
  TIERS,
} from '../../views/components/state.tsx'

const folder = join(import.meta.dirname, '../../views/assets/look')
const css = Object.fromEntries(
  readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
)
const tokens = new Map(
  [...css['tokens.css']!.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(
    ([, name, light, dark]) => [name!, { light: light!, dark: dark! }],
  ),
)

const TEXTS = ['ink', 'ink-2', 'ink-3', 'accent', 'ok', 'bad', 'warn']
const SURFACES = ['paper', 'sheet', 'sunk', 'hover', 'accent-soft', 'ok-soft', 'bad-soft', 'warn-soft']
const MARKS = ['mark-ok', 'mark-bad', 'mark-warn', 'mark-idle', 'line-control']

test.each(TEXTS)('%s is read on every surface, light and dark (WCAG 1.4.3: 4.5)', (text) => {
  expect(tooFaint(text, SURFACES, 4.5)).toEqual([])
})

test.each(MARKS)('%s is seen on paper and sheet, light and dark (WCAG 1.4.11: 3)', (mark) => {
  expect(tooFaint(mark, ['paper', 'sheet'], 3)).toEqual([])
})

test('the page’s own colour is read on a primary button', () => {
  expect(tooFaint('paper', ['ink', 'ink-2'], 4.5)).toEqual([])
})

test('text takes only the colours that are measured', () => {
  const used = Object.entries(css)
    .filter(([name]) => name !== 'tokens.css')
    .flatMap(([, text]) => [...text.matchAll(/[^-\w]color:\s*([^;]+);/g)].map(([, value]) => value!))
  // Those of terminal codes are measured in `ansi.test.ts`.
  const ansi = [...css['ansi.css']!.matchAll(/--(ansi-[\w-]+):/g)].map(([, name]) => name!)
  const allowed = [...TEXTS, 'paper', ...ansi].map((name) => `var(--${name})`)
  expect(used.filter((value) => !['inherit', 'currentcolor', ...allowed].includes(value))).toEqual([])
})

test('text takes only sizes and weights of the scale', () => {
  const used = Object.entries(css)
    .filter(([name]) => name !== 'tokens.css')
    .flatMap(([, text]) => [...text.matchAll(/font-(?:size|weight):\s*([^;]+);/g)].map(([, value]) => value!))
  expect(used.length).toBeGreaterThan(20)
  expect(used.filter((value) => !/^(inherit|400|var\(--[\w-]+\))$/.test(value))).toEqual([])
})

test('every token that is used exists', () => {
  const known = new Set(
    Object.values(css).flatMap((text) => [...text.matchAll(/(--[\w-]+):/g)].map(([, name]) => name)),
  )
  const used = Object.values(css).flatMap((text) =>
    [...text.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name),
  )
  expect(used.filter((name) => !known.has(name))).toEqual([])
})

test('every state is colour, icon and word, and no two in a set are the same', () => {
  for (const states of [RUN_STATES, TICK_OUTCOMES, STANDINGS, ENVIRONMENT_STATES, TIERS]) {
    const looks = Object.values(states)
    for (const look of looks) expect([look.tone, look.icon, look.word].every(Boolean)).toBe(true)
    expect(new Set(looks.map(({ word }) => word)).size).toBe(looks.length)
  }
})

function tooFaint(text: string, surfaces: string[], least: number): string[] {
  return (['light', 'dark'] as const).flatMap((theme) =>
    surfaces
      .map((surface) => ({ surface, ratio: contrast(tokens.get(text)![theme], tokens.get(surface)![theme]) }))
      .filter(({ ratio }) => ratio < least)
      .map(({ surface, ratio }) => `${text} on ${surface}, ${theme}: ${ratio.toFixed(2)}`),
  )
}

// WCAG 2.2, definitions of contrast ratio and relative luminance.
function contrast(a: string, b: string): number {
  const [dim, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (bright! + 0.05) / (dim! + 0.05)
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((start) => parseInt(hex.slice(start, start + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
