import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { createBus } from '../../src/base/index.ts'
import { pumpLines } from '../../src/run/lines.ts'
import { HEAD_BYTES, TAIL_BYTES, type Stream } from '../../src/run/log-file.ts'
import { readLogBytes, readLogLines, readLogPieces } from '../../src/run/log-read.ts'
import { openLog } from '../../src/run/log.ts'
import { fakeClock } from '../support/clock.ts'
import { temporaryFolder } from '../support/folder.ts'

function setUp() {
  const folder = temporaryFolder()
  const clock = fakeClock(1_000_000)
  const announced: number[] = []
  const bus = createBus((error) => {
    throw error
  })
  bus.on('log', ({ id }) => announced.push(id))
  const options = { folder, clock, bus }
  const log = openLog(7, options)
  const write = (stream: Stream, text: string) => log.write(stream, Buffer.from(text), clock.now())
  /** Everything that can be read, in parts of this size. */
  const readAll = (limit: number) => {
    const parts: string[] = []
    for (let from = 0; ;) {
      const { bytes, next, end } = readLogBytes(folder, 7, { from, limit })
      parts.push(bytes.toString())
      if (next !== undefined) parts.push('<cut>')
      from = next ?? from + bytes.length
      if (from >= end) return parts.join('')
    }
  }
  const lines = (limit?: number) => {
    const all = []
    for (let from = 0; ;) {
      const part = readLogLines(folder, 7, limit === undefined ? { from } : { from, limit })
      all.push(...part.lines)
      from = part.next
      if (from >= part.end) return all
    }
  }
  return { folder, clock, announced, options, log, write, readAll, lines }
}

describe('a log', () => {
  test('is read while it is written, by offset, with stream and time of each line', () => {
    const { folder, clock, log, write, lines } = setUp()
    log.note('environment 3.11')
    write('stdout', 'one\ntwo\n')
    clock.advance(1000)
    write('stderr', 'oh\n')
    expect(readLogBytes(folder, 7, { from: 17 }).bytes.toString()).toBe('one\ntwo\noh\n')
    expect(lines()).toEqual([
      { at: 1_000_000, stream: 'note', text: 'environment 3.11', offset: 0, line: 1 },
      { at: 1_000_000, stream: 'stdout', text: 'one', offset: 17, line: 2 },
      { at: 1_000_000, stream: 'stdout', text: 'two', offset: 21, line: 3 },
      { at: 1_001_000, stream: 'stderr', text: 'oh', offset: 25, line: 4 },
    ])
    expect(log.bytes()).toBe(28)
    log.close()
  })

  test('goes on where it ended when it is opened again', () => {
    const { log, write, options, readAll } = setUp()
    write('stdout', 'first\n')
    log.close()
    const again = openLog(7, options)
    again.write('stdout', Buffer.from('second\n'), 5)
    again.close()
    expect(readAll(4)).toBe('first\nsecond\n')
  })

  test('numbers its lines, whichever way they are parted and over a restart', () => {
    const { folder, clock, log, write, options, lines } = setUp()
    write('stdout', 'a\nb: ')
    clock.advance(200)
    write('stdout', 'half')
    write('stderr', 'in between\n')
    write('stdout', 'after it\nopen')
    log.close()
    clock.advance(200)
    const again = openLog(7, options)
    again.write('stdout', Buffer.from(' still\n'), clock.now())
    again.note('end')
    again.close()
    const told = lines().map(({ line, text }) => [line, text])
    expect(told).toEqual([
      ...[
        [1, 'a'],
        [2, 'b: '],
        [2, 'half'],
        [3, 'in between'],
        [4, 'after it'],
        [5, 'open'],
      ],
      ...[
        [5, ' still'],
        [6, 'end'],
      ],
    ])
    const middle = readLogLines(folder, 7, { from: 2 }).lines
    expect(middle.map(({ line, text }) => [line, text])).toEqual(told.slice(1))
    expect(readLogPieces(folder, 7, { from: 9 }).pieces.map(({ line, text }) => [line, text])).toEqual([
      [3, 'in between\n'],
      [4, 'after it\nopen'],
      [5, ' still\n'],
      [6, 'end\n'],
    ])
  })

  test('that was never written, and an offset behind its end, give nothing', () => {
    const { folder, log, write } = setUp()
    expect(readLogBytes(folder, 8, { from: 0 })).toEqual({ bytes: Buffer.alloc(0), end: 0 })
    write('stdout', 'x\n')
    expect(readLogBytes(folder, 7, { from: 99 })).toEqual({ bytes: Buffer.alloc(0), end: 2 })
    expect(readLogLines(folder, 7, { from: 99 })).toEqual({ lines: [], end: 2, next: 2 })
    log.close()
  })

  test('keeps all bytes in order up to head and tail together', () => {
    const { log, write, readAll } = setUp()
    const text = numbered(0, (HEAD_BYTES + TAIL_BYTES) / 64)
    for (let at = 0; at < text.length; at += 65_536) write('stdout', text.slice(at, at + 65_536))
    expect(readAll(100_000) === text).toBe(true)
    log.close()
  })

  test.each([
    ['at once', 65_530],
    ['line by line', 64],
    ['in odd parts', 7_777],
  ])('keeps head and tail with a visible cut when written %s', (_, size) => {
    const { folder, clock, log, write, readAll, lines, options } = setUp()
    const text = numbered(0, 125_000)
    for (let at = 0; at < text.length; at += size) {
      // Each in its own piece, as a slow script writes.
      if (size > 100) clock.advance(6)
      write('stdout', text.slice(at, at + size))
    }
    const check = () => {
      const whole = readAll(300_000)
      const [head, tail] = whole.split('<cut>')
      expect(head === text.slice(0, HEAD_BYTES)).toBe(true)
      expect(text.endsWith(tail!)).toBe(true)
      expect(tail!.length).toBeGreaterThan(TAIL_BYTES - 70_000)
      expect(tail!.length).toBeLessThanOrEqual(TAIL_BYTES)
      const { next, bytes, end } = readLogBytes(folder, 7, { from: HEAD_BYTES + 5 })
      expect([next, bytes.length, end]).toEqual([text.length - tail!.length, 0, text.length])
    }
    check()
    log.close()
    // The same from the files alone, after a restart, and after one more line.
    check()
    const again = openLog(7, options)
    expect(again.bytes()).toBe(text.length)
    again.note('the end')
    again.close()
    const all = lines(50_000)
    const cut = all.findIndex((line) => line.cut)
    expect(all[cut]).toMatchObject({ stream: 'note', offset: HEAD_BYTES })
    expect(all[cut]!.text).toMatch(/^… 2\.\d MiB of output are not kept …$/)
    expect(all.at(-1)).toMatchObject({ text: 'the end', stream: 'note', line: 125_001 })
    expect(all.at(-2)!.text).toBe(numbered(124_999, 125_000).trim())
    // Every line has the number that it would have if nothing were left out.
    expect(all.filter(({ line, offset, cut }) => !cut && line !== Math.floor(offset / 64) + 1)).toEqual([])
    expect(all[cut]!.line).toBe(HEAD_BYTES / 64 + 1)
  })

  test('holds its index small when every line has its own time', () => {
    const { clock, log, write, lines } = setUp()
    const first = HEAD_BYTES / 64
    const count = first + 40_000
    write('stdout', numbered(0, first))
    for (let number = first; number < count; number += 1) {
      clock.advance(6)
      write('stdout', numbered(number, number + 1).replace(/x+/, ''))
    }
    const all = lines()
    expect(all.filter((line) => line.cut).length).toBe(1)
    const tail = all.slice(-16_384)
    expect(tail[0]!.text).toBe(
      numbered(count - 16_384, count - 16_383)
        .replace(/x+/, '')
        .trim(),
    )
    expect(tail.at(-1)!.text).toBe(
      numbered(count - 1, count)
        .replace(/x+/, '')
        .trim(),
    )
    log.close()
  })

  test('announces itself at once, then at most every 50 ms, and always at the end', () => {
    const { clock, log, write, announced } = setUp()
    for (let count = 0; count < 10; count += 1) write('stdout', 'x\n')
    expect(announced.length).toBe(1)
    clock.advance(50)
    expect(announced.length).toBe(2)
    clock.advance(500)
    expect(announced.length).toBe(2)
    write('stdout', 'x\n')
    write('stdout', 'x\n')
    log.close()
    expect(announced.length).toBe(4)
  })
})

describe('two streams', () => {
  test('do not cut into each other’s lines, and a line without an end comes after 100 ms', async () => {
    const { clock, log, readAll, lines } = setUp()
    const [out, err] = [new PassThrough(), new PassThrough()]
    const ended = Promise.all([pumpLines(out, 'stdout', log, clock), pumpLines(err, 'stderr', log, clock)])
    out.write('half a ')
    err.write('error\n')
    await seen(err)
    expect(readAll(99)).toBe('error\n')
    out.write('line\nprompt> ')
    await seen(out)
    expect(readAll(99)).toBe('error\nhalf a line\n')
    clock.advance(100)
    expect(readAll(99)).toBe('error\nhalf a line\nprompt> ')
    clock.advance(100)
    out.end('last')
    err.end()
    await ended
    expect(lines().map(({ stream, text, partial }) => [stream, text, partial])).toEqual([
      ['stderr', 'error', undefined],
      ['stdout', 'half a line', undefined],
      ['stdout', 'prompt> ', true],
      ['stdout', 'last', true],
    ])
    log.close()
  })
})

test('a character that comes in two halves is written whole', async () => {
  const { clock, log, lines } = setUp()
  const out = new PassThrough()
  const ended = pumpLines(out, 'stdout', log, clock)
  const bytes = Buffer.from('5 €')
  out.write(bytes.subarray(0, 3))
  await seen(out)
  clock.advance(100)
  expect(lines().map(({ text }) => text)).toEqual(['5 '])
  out.write(bytes.subarray(3))
  await seen(out)
  clock.advance(100)
  expect(lines().map(({ text }) => text)).toEqual(['5 ', '€'])
  out.end(Buffer.from([0xe2, 0x82]))
  await ended
  expect(lines().at(-1)!.text).toBe('€\ufffd')
  log.close()
})

/** Lines of 64 bytes with these numbers. */
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${String(from + i).padStart(9, '0')}${'x'.repeat(54)}\n`).join(
    '',
  )

/** When what was written to the stream has been read from it. */
const seen = (stream: PassThrough) =>
  new Promise<void>((resolve) => stream.write('', () => setImmediate(resolve)))
