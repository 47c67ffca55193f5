// A server in small, for the tests that need one of its own: opens isolation, tells of it, and runs what it is given.
import { createLog } from '../../src/base/index.ts'
import { findPythons, openIsolation } from '../../src/isolation/index.ts'
import type { Tier } from '../../src/isolation/index.ts'

const [dataDir = '', from = 'namespace', code = ''] = process.argv.slice(2)
const log = createLog('silent')
const pythons = await findPythons(log)
const isolation = await openIsolation({ accept: 'auto', dataDir, pythons, log, from: from as Tier })
const { tier, reason, cutsNetwork, proofs } = isolation
console.log(JSON.stringify({ tier, reason, cutsNetwork, lost: proofs.filter(({ held }) => !held) }))
const python = pythons.find(({ basePrefix }) => basePrefix === '/usr') ?? pythons[0]!
const child = isolation.spawn({
  ...{
    argv: [python.path, '-I', '-c', code],
    env: {},
    cwd: '/',
    bindings: [],
    network: true,
    python,
    uid: 5,
  },
})
child.stdout.pipe(process.stdout)
child.stderr.pipe(process.stderr)
await child.exited
