import type { FC } from 'hono/jsx'

// Drawn on a grid of 16, in strokes.
const PATHS = {
  check: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M5 8.2l2.1 2.1L11 6.2',
  cross: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6',
  clock: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M8 4.5V8l2.4 1.6',
  overdue: 'M5.5 1.8h5M8 1.8v2M8 3.8a5.4 5.4 0 1 1 0 10.8a5.4 5.4 0 0 1 0-10.8M8 6.4v3l1.6 1',
  spin: 'M14.5 8A6.5 6.5 0 1 1 8 1.5',
  stop: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M6 6h4v4H6z',
  question:
    'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M6.2 6.3a1.9 1.9 0 1 1 2.6 1.9c-.6.2-.8.5-.8 1M8 11.3v.2',
  gate: 'M2.5 14V3.5M13.5 14V3.5M2.5 6h11M2.5 10.5h11M6.2 6v4.5M9.8 6v4.5',
  skip: 'M3 4l5 4-5 4zM12.5 4v8',
  dash: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M5 8h6',
  ban: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M3.5 3.5l9 9',
  warning: 'M8 2l6.6 11.6H1.4zM8 6.4v3.2M8 11.5v.2',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  circle: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11',
  shield: 'M8 1.6l5.4 2v4c0 3.4-2.2 5.7-5.4 6.8c-3.2-1.1-5.4-3.4-5.4-6.8v-4zM5.6 8l1.8 1.8 3-3.2',
  open: 'M8 1.6l5.4 2v4c0 3.4-2.2 5.7-5.4 6.8c-3.2-1.1-5.4-3.4-5.4-6.8v-4z',
  play: 'M4.5 3l8 5-8 5z',
  again: 'M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 1.8v3h-3',
  file: 'M4 1.5h5l3.5 3.5v9.5H4zM9 1.5V5h3.5',
  download: 'M8 2v8M4.8 7L8 10.2 11.2 7M2.5 13.5h11',
  fold: 'M4 6l4 4 4-4',
  down: 'M8 2.5v10M4 8.7l4 4 4-4',
  up: 'M8 13.5v-10M4 7.3l4-4 4 4',
  wrap: 'M2 3.5h12M2 8h9.5a2.3 2.3 0 0 1 0 4.6H8.5M10.3 10.8l-1.8 1.8 1.8 1.8M2 12.6h3.5',
  case: 'M1.5 12.5l3.2-9 3.2 9M2.6 9.6h4.2M12 7a2.7 2.7 0 1 1 0 5.4a2.7 2.7 0 0 1 0-5.4M14.5 6.8v5.7',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  plus: 'M8 3v10M3 8h10',
  commit: 'M1.5 8h4M10.5 8h4M8 5.5a2.5 2.5 0 1 1 0 5a2.5 2.5 0 0 1 0-5',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9M10.3 10.3l3.4 3.4',
  brand:
    'M2 4h7M2 8h12M2 12h4.5M12.2 2.8a1.2 1.2 0 1 1 0 2.4a1.2 1.2 0 0 1 0-2.4M9.7 10.8a1.2 1.2 0 1 1 0 2.4a1.2 1.2 0 0 1 0-2.4',
} as const

export type IconName = keyof typeof PATHS

/** A small drawing beside a word, hidden from screen readers: the word says it. */
export const Icon: FC<{ name: IconName; size?: number }> = ({ name, size = 15 }) => (
  <svg class={`icon icon-${name}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
    <path d={PATHS[name]} />
  </svg>
)
