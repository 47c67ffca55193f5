import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareColdRun, describeRecorded } from './cold-run.ts'
import { compareFirstIndex } from './first-index.ts'
import { measureMemory } from './memory.ts'
import { comparePush } from './push.ts'
import { machineOf, rowOf, tableOf, type Row } from './report.ts'

const DOCUMENT = join(import.meta.dirname, '../../docs/benchmarks.md')
const MB = 1e6
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
  say(tableOf(rows))
  if (!only) writeFileSync(DOCUMENT, documentOf(tableOf(rows), machine, recorded))
}

const isWanted = (name: string) => only === undefined || only === name

function folder(name: string): string {
  mkdirSync(join(root, name), { recursive: true })
  return join(root, name)
}

const thousands = (value: number) => value.toLocaleString('en')

const say = (text: string) => void process.stdout.write(`${text}\n`)

const documentOf = (table: string, machine: string, recorded: string) => `# Benchmarks

Written by \`npm run bench\`, which measures each of ours and its base in turns, in one run, on one machine.
Times are medians; they move with the machine, their ratios much less.

${machine}

${table}

MB are 10⁶ bytes.

## How

- **A cold run.** The built server runs in a process of its own. A script that prints three lines is run by
  \`POST /api/v1/scripts/trivial/runs\`; the clock stops when \`/live\` announces that the run's end is recorded, so the
  request, the queue, the sandbox, the log and every write to disk are in it (${recorded}).
  Base: the same file, run by the same environment's \`bin/python main.py\`, its output read. The server's own harness
  has been compiled before, as it is soon after each start.
- **A push.** \`git push\` of one changed file in a clone, as its user waits for it, with an API key; the check, the index,
  the audit and the lines of the answer are in it. Base: the same change pushed to a copy of the repository behind
  \`git http-backend\` in the smallest Node server, without hooks, passwords, or durable refs (\`core.fsync\` as git has it).
- **A first index.** \`catalog.rebuild()\` in a new process with a new \`index.db\`, code not yet warm. Each script has a
  \`main.py\`, a \`script.yaml\` with schedule and description, and a README, no two alike, all in one pack.
  Base: \`git ls-tree -r | git cat-file --batch\` of the same.
- **Memory.** The resident set of \`node dist/cli.js start\` on a new data folder with such a repository, which it indexes
  first, 5 seconds after it was ready; and again after one page of the list of scripts.
`
