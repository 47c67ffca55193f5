import { DAY, HOUR, MINUTE, SECOND } from './clock.ts'

const DURATIONS: Record<string, number> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY }
const SIZES: Record<string, number> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

/** `90s`, `15m`, `1h30m`, `2d` in milliseconds; a bare number counts seconds; undefined when it is neither. */
export function parseDuration(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * SECOND)
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)]
  return Math.round(parts.reduce((sum, [, count, unit]) => sum + Number(count) * DURATIONS[unit!]!, 0))
}

/** `512MiB`, `2 GiB`, `1GB` in bytes; a bare number counts bytes; undefined when it is neither. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)?$/.exec(text.trim())
  return match ? Math.round(Number(match[1]) * SIZES[match[2] ?? 'B']!) : undefined
}

/** `250 ms`, `4.1 s`, `3 min 41 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1).replace(/\.0$/, '')} s`
  const pairs: [number, string][] = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
    [SECOND, 's'],
  ]
  const rounded = Math.round(ms / SECOND) * SECOND
  const first = pairs.findIndex(([unit]) => rounded >= unit)
  const [unit, name] = pairs[first]!
  const next = pairs[first + 1]
  const rest = next ? Math.floor((rounded % unit) / next[0]) : 0
  return `${Math.floor(rounded / unit)} ${name}${rest > 0 ? ` ${rest} ${next![1]}` : ''}`
}

/** `812 B`, `48 MiB`, `1.5 GiB`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1).replace(/\.0$/, '')} ${units[unit]}`
}
