import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PLAIN, showLine } from '../../views/ansi.ts'

const look = join(import.meta.dirname, '../../views/assets/look')
const read = (name: string) => readFileSync(join(look, name), 'utf8')
const css = read('ansi.css')
const pairsOf = (text: string) =>
  new Map(
    [...text.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [
      name!,
      { light: light!, dark: dark! },
    ]),
  )
const colors = new Map([...pairsOf(read('tokens.css')), ...pairsOf(css)])

const E = '\u001b['
/** `red:word`, or the word alone where it looks as usual. */
const shown = (raw: string) => {
  const { text, marks } = showLine(raw)
  const parts: string[] = []
  let at = 0
  for (const { from, to, look } of marks) {
    if (from > at) parts.push(text.slice(at, from))
    parts.push(`${look}:${text.slice(from, to)}`)
    at = to
  }
  if (at < text.length) parts.push(text.slice(at))
  return parts
}

test.each([
  ['plain <b>text</b> & "so"', ['plain <b>text</b> & "so"']],
  [`${E}31mred${E}0m then`, ['a-red:red', ' then']],
  [`${E}91mbright${E}39m not`, ['a-red-2:bright', ' not']],
  [`${E}1;4;32mall${E}22;24m less${E}m none`, ['a-green a-bold a-underline:all', 'a-green: less', ' none']],
  [`${E}37mwhite ${E}30mblack ${E}90mgrey`, ['white black ', 'a-grey:grey']],
  [`${E}38;5;196mcube${E}38;5;244mgrey${E}38;5;12mblue`, ['a-red:cube', 'a-grey:grey', 'a-blue-2:blue']],
  [`${E}38;2;20;160;40mtrue${E}38;2;255;255;255mwhite`, ['a-green:true', 'white']],
  [`${E}48;5;21;97mground${E}49moff`, ['a-on-blue:ground', 'off']],
  [`${E}34;7minverse${E}27mback`, ['a-on-blue:inverse', 'a-blue:back']],
  [`${E}2mdim${E}3mboth${E}23;22m`, ['a-grey:dim', 'a-grey a-italic:both']],
  [`${E}31m10 %\r20 %`, ['a-red:20 %']],
  [`10 %${E}2K20 %`, ['20 %']],
  [`${E}5;99;38;5m${E}38;2;1m${E}999mx`, ['x']],
  [`${E}1Aup\u001b]0;title\u0007 \u001b]8;;http://x\u001b\\link\u0000\u0008`, ['up link']],
  [`${E}${E}31`, ['[[31']],
])('%j is shown as %j', (raw, parts) => {
  expect(shown(raw)).toEqual(parts)
})

test('what a line ends in is what the next one begins in', () => {
  const first = showLine(`${E}1;35mbegun`)
  const second = showLine('goes on', first.style)
  expect(second.marks).toEqual([{ from: 0, to: 7, look: 'a-magenta a-bold' }])
  expect(showLine(`${E}0m`, second.style).style).toEqual(PLAIN)
})

test('every look has its rule, so that no colour is lost', () => {
  const codes = Array.from({ length: 256 }, (_, n) => `${E}38;5;${n}mx${E}0m${E}48;5;${n}my${E}0m`).join('')
  const sixteen = Array.from({ length: 110 }, (_, n) => `${E}${n}mx`).join('')
  const looks = [codes, sixteen].flatMap((raw) => showLine(raw).marks.flatMap(({ look }) => look.split(' ')))
  expect(new Set(looks).size).toBeGreaterThan(20)
  expect([...new Set(looks)].filter((name) => !css.includes(`.${name} {`))).toEqual([])
})

test('every colour is read on every ground of a log, light and dark (WCAG 1.4.3: 4.5)', () => {
  const texts = [...colors.keys()].filter((name) => name.startsWith('ansi-'))
  expect(texts).toHaveLength(12)
  const grounds = ['sunk', 'bad-soft', 'accent-soft', 'find']
  const onGrounds = [...colors.keys()].filter((name) => name.startsWith('on-')).map((name) => ['ink', name])
  const pairs = [...texts.flatMap((text) => grounds.map((ground) => [text, ground])), ...onGrounds]
  const faint = pairs.flatMap(([text, ground]) =>
    (['light', 'dark'] as const)
      .map((theme) => ({ theme, ratio: contrast(colors.get(text!)![theme], colors.get(ground!)![theme]) }))
      .filter(({ ratio }) => ratio < 4.5)
      .map(({ theme, ratio }) => `${text} on ${ground}, ${theme}: ${ratio.toFixed(2)}`),
  )
  expect(faint).toEqual([])
})

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
