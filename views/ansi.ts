// What a terminal makes of a line, as text and class names (`assets/look/ansi.css`); pure, and the same on the server and
// in the browser. Colours become the nearest that is measured to be legible on our surfaces, light and dark.

/** How what follows is to look; absent members are as usual. */
export type Style = {
  color?: string
  ground?: string
  bold?: boolean
  dim?: boolean
  italic?: boolean
  underline?: boolean
  strike?: boolean
  inverse?: boolean
}

/** From one place in the text up to another it looks like this: class names. */
export type Mark = { from: number; to: number; look: string }

export type Shown = { text: string; marks: Mark[]; style: Style }

export const PLAIN: Style = {}

// ECMA-48: CSI … final byte, OSC … BEL or ST, two-character escapes; then what goes back to the line's begin, and other controls.
const SIGNS =
  // eslint-disable-next-line no-control-regex
  /\u001b\[([0-?]*)[ -/]*([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]|\r+|[^\P{Cc}\t]/gu

const CONTROL = /[^\P{Cc}\t]/u

/** A line as it is shown, begun in this style, and the style that it ends in. */
export function showLine(raw: string, style: Style = PLAIN): Shown {
  if (style === PLAIN && !CONTROL.test(raw)) return { text: raw, marks: [], style }
  let text = ''
  let marks: Mark[] = []
  let at = 0
  const take = (part: string) => {
    const look = lookOf(style)
    if (part && look) marks.push({ from: text.length, to: text.length + part.length, look })
    text += part
  }
  for (const sign of raw.matchAll(SIGNS)) {
    take(raw.slice(at, sign.index))
    at = sign.index + sign[0].length
    const [all, parameters = '', final] = sign
    if (final === 'm') style = restyle(style, parameters)
    else if ((all.startsWith('\r') && at < raw.length) || (final === 'K' && parameters === '2')) {
      text = ''
      marks = []
    }
  }
  take(raw.slice(at))
  return { text, marks, style }
}

/** ECMA-48 8.3.117, select graphic rendition, with the colours that xterm added. */
function restyle(before: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number)
  let style = { ...before }
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i]!
    if (code === 0) style = {}
    else if (code === 38 || code === 48) {
      const [name, used] = namedColor(codes.slice(i + 1))
      set(style, code === 38 ? 'color' : 'ground', name)
      i += used
    } else if (code in SWITCHES) Object.assign(style, SWITCHES[code])
    else if (code >= 30 && code <= 37) set(style, 'color', NAMES[code - 30])
    else if (code >= 40 && code <= 47) set(style, 'ground', NAMES[code - 40])
    else if (code >= 90 && code <= 97) set(style, 'color', NAMES[code - 82])
    else if (code >= 100 && code <= 107) set(style, 'ground', NAMES[code - 92])
    else if (code === 39) delete style.color
    else if (code === 49) delete style.ground
  }
  return style
}

const SWITCHES: Record<number, Style> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
}

// The sixteen of a terminal. Black and white would be lost on one theme or the other: they are the page's own ink.
const HUES = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan']
const NAMES = ['', ...HUES, '', 'grey', ...HUES.map((hue) => `${hue}-2`), '']

function set(style: Style, key: 'color' | 'ground', name = ''): void {
  if (name) style[key] = name
  else delete style[key]
}

/** The colour that `5;n` or `2;r;g;b` names, and how many codes that took. */
function namedColor([kind, a = 0, b = 0, c = 0]: number[]): [name: string, used: number] {
  if (kind === 5) return [a < 16 ? NAMES[a]! : nearest(...rgbOf(a)), 2]
  return kind === 2 ? [nearest(a, b, c), 4] : ['', 0]
}

/** Of the 256: a cube of six steps a side, then 24 greys. */
function rgbOf(number: number): [number, number, number] {
  if (number >= 232) return [8 + (number - 232) * 10, 8 + (number - 232) * 10, 8 + (number - 232) * 10]
  const step = (digit: number) => (digit === 0 ? 0 : 55 + digit * 40)
  const place = number - 16
  return [step(Math.floor(place / 36)), step(Math.floor(place / 6) % 6), step(place % 6)]
}

const GREYISH = 0.2
const BRIGHT = 0.55

/** By hue, which is what carries a meaning; without one it is grey, or the ink where it is nearly black or white. */
function nearest(r: number, g: number, b: number): string {
  const most = Math.max(r, g, b)
  const span = most - Math.min(r, g, b)
  const light = (most * 2 - span) / 510
  if (span < GREYISH * 255) return light > 0.3 && light < 0.7 ? 'grey' : ''
  const turn = most === r ? (g - b) / span : most === g ? 2 + (b - r) / span : 4 + (r - g) / span
  const degrees = (turn * 60 + 360) % 360
  // Where one hue ends and the next begins: orange is yellow, violet is magenta.
  const hue = [15, 75, 160, 200, 260, 345].filter((end) => degrees >= end).length % 6
  const name = ['red', 'yellow', 'green', 'cyan', 'blue', 'magenta'][hue]!
  return light > BRIGHT ? `${name}-2` : name
}

function lookOf({ color, ground, bold, dim, italic, underline, strike, inverse }: Style): string {
  const [ink, back] = inverse ? [ground, color ?? 'grey'] : [color, ground]
  // On a coloured ground only the page's own ink is sure to be read.
  const looks = [
    back ? `on-${back.replace('-2', '')}` : (ink ?? (dim && 'grey')),
    ...[bold && 'bold', italic && 'italic', underline && 'underline', strike && 'strike'],
  ]
  return looks.flatMap((look) => (look ? `a-${look}` : [])).join(' ')
}
