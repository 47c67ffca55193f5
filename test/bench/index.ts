import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareColdRun, describeRecorded } from './cold-run.ts'
import { documentOf } from './document.ts'
import { compareFirstIndex } from './first-index.ts'
import { measureFrames } from './frames.ts'
import { measureMemory } from './memory.ts'
import { percentile } from './measure.ts'
import { measurePages } from './pages.ts'
import { comparePush } from './push.ts'
import { measureViewers } from './viewers.ts'
import { machineOf, rowOf, tableOf, type Row } from './report.ts'

const DOCUMENT = join(import.meta.dirname, '../../docs/benchmarks.md')
const MB = 1e6
// At 60 frames a second, rounded up: a stutter begins where more are lost.
const TWO_FRAMES_MS = 34
const INDEXED: [scripts: number, pairs: number][] = [
  [100, 15],
  [1000, 9],
  [10_000, 5],
]

const only = process.argv[2]
const root = mkdtempSync(join(tmpdir(), 'sxs-bench-'))
// Scripts run under uids of their own, and pass through here to what is theirs.
chmodSync(root, 0o755)
try {
  await main()
} finally {
  rmSync(root, { recursive: true, force: true })
}

/** Measures everything, prints the table and writes it; or measures the one thing that is named, and only prints. */
async function main(): Promise<void> {
  const rows: Row[] = []
  let machine = ''
  let recorded = ''
  if (isWanted('run')) {
    const run = await compareColdRun(folder('run'))
    rows.push(rowOf('a cold run over bare `bin/python main.py`', run, 1.8))
    machine = await machineOf(run.python, run.isolation)
    recorded = describeRecorded(run)
    say(`cold run: ${recorded}`)
  }
  if (isWanted('push')) {
    const push = await comparePush(folder('push'))
    rows.push(rowOf('a push over plain http-backend, 1,000 scripts', push, 1.3))
  }
  if (isWanted('index'))
    for (const [scripts, pairs] of INDEXED) {
      const index = await compareFirstIndex(folder('index'), scripts, pairs)
      rows.push(rowOf(`first index of ${thousands(scripts)} scripts over git reading them`, index, 10))
    }
  if (isWanted('memory')) {
    const { ready, listed } = await measureMemory(folder('memory'), 10_000)
    rows.push({ what: 'server memory with 10,000 scripts', unit: 'MB', ours: ready / MB, aim: 200 })
    rows.push({ what: 'the same after one page of the list', unit: 'MB', ours: listed / MB, aim: 200 })
  }
  if (isWanted('pages')) rows.push(...(await pageRows()))
  if (isWanted('viewers')) {
    const { grownBytes, delays } = await measureViewers(folder('viewers'))
    const what = '100 viewers of one log of 1,000 lines/s'
    rows.push({ what: `${what}: memory grown by`, unit: 'MB', ours: grownBytes / MB, aim: 100 })
    rows.push({ what: `${what}: a line under way, p50`, unit: 'ms', ours: percentile(delays, 50), aim: 250 })
    rows.push({ what: `${what}: a line under way, p99`, unit: 'ms', ours: percentile(delays, 99), aim: 1000 })
  }
  if (isWanted('frames')) rows.push(...(await frameRows()))
  say(tableOf(rows))
  if (!only) writeFileSync(DOCUMENT, documentOf(tableOf(rows), machine, recorded))
}

async function pageRows(): Promise<Row[]> {
  const { times, firstLoadBytes, editorBytes } = await measurePages(folder('pages'))
  const rows = times.flatMap(({ path, ours, base }): Row[] =>
    [50, 99].map((part) => ({
      what: `page \`${path}\` over \`/healthz\`, p${part}`,
      unit: 'ms',
      ours: percentile(ours, part),
      base: percentile(base, part),
    })),
  )
  rows.push({ what: 'first load of the overview, gzipped', unit: 'kB', ours: firstLoadBytes / 1e3, aim: 60 })
  rows.push({ what: 'the editor beside it, gzipped', unit: 'kB', ours: editorBytes / 1e3, aim: 180 })
  return rows
}

async function frameRows(): Promise<Row[]> {
  const { still, ...looked } = await measureFrames(folder('frames'))
  const ways = {
    wheel: 'scrolled',
    dragged: 'dragged from end to end',
    followed: 'followed at 1,000 lines/s',
  }
  say(`frames of a blank page: p95 ${percentile(still, 95).toFixed(1)} ms`)
  return (Object.keys(ways) as (keyof typeof ways)[]).flatMap((way) =>
    [50, 95, 100].map((part): Row => ({
      what: `a log of 100,000 lines ${ways[way]}: from frame to frame, ${part === 100 ? 'longest' : `p${part}`}`,
      unit: 'ms',
      ours: percentile(looked[way], part),
      ...(part === 95 ? { aim: TWO_FRAMES_MS } : {}),
    })),
  )
}

function isWanted(name: string): boolean {
  return only === undefined || only === name
}

function folder(name: string): string {
  mkdirSync(join(root, name), { recursive: true })
  return join(root, name)
}

function thousands(value: number): string {
  return value.toLocaleString('en')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
