import { accessSync, constants, statfsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { createLog, formatSize, searchPath } from '../base/index.ts'
import type { Config } from '../config.ts'
import { findGitVersion } from '../git/index.ts'
import { findPythons, openIsolation } from '../isolation/index.ts'
import { version } from '../version.ts'
import type { Output } from './output.ts'
import { withScratch } from './scratch.ts'

type Finding = { name: string; ok: boolean; found: string; remedy?: string }

/** `doctor`: what this machine has of what the server needs, and what would be gained by more. False if it cannot run. */
export async function examine(config: Config, output: Output): Promise<boolean> {
  const log = createLog('silent')
  const [git, pythons] = await Promise.all([findGitVersion(), findPythons(log)])
  const isolation = pythons[0]
    ? await withScratch((dataDir) => openIsolation({ accept: config.isolation, dataDir, pythons, log }))
    : undefined
  const isGitNew = git !== undefined && (git[0] > 2 || (git[0] === 2 && git[1] >= 39))
  const findings: Finding[] = [
    { name: 'server', ok: true, found: `${version} on Node ${process.versions.node}` },
    finding('git', isGitNew, git?.join('.') ?? 'none', 'install git 2.39 or newer'),
    finding(
      'Python',
      pythons.length > 0,
      pythons.map((python) => python.version).join(', ') || 'none',
      'install python3 and python3-venv',
    ),
    finding(
      'isolation',
      isolation !== undefined && !isolation.refusal,
      isolation ? `${isolation.tier}: ${isolation.refusal ?? isolation.reason}` : 'none',
      'install bubblewrap, or lower SXS_ISOLATION',
    ),
    optional(
      'bubblewrap',
      findProgram('bwrap'),
      'install bubblewrap: scripts then run in namespaces of their own',
    ),
    optional('uv', findProgram('uv'), 'install uv: environments are then built several times faster'),
    disk(config),
  ]
  output.data(findings, () => findings.map(lineOf).join('\n'))
  return findings.every(({ ok }) => ok)
}

function finding(name: string, ok: boolean, found: string, remedy: string): Finding {
  return ok ? { name, ok, found } : { name, ok, found, remedy }
}

function optional(name: string, path: string | undefined, remedy: string): Finding {
  return path ? { name, ok: true, found: path } : { name, ok: true, found: 'not found', remedy }
}

function findProgram(name: string): string | undefined {
  return searchPath()
    .map((folder) => join(folder, name))
    .find((candidate) => {
      try {
        accessSync(candidate, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

function disk({ dataDir, diskReserveBytes }: Config): Finding {
  let folder = resolve(dataDir)
  for (;;) {
    try {
      const { bavail, bsize } = statfsSync(folder)
      const free = bavail * bsize
      return finding(
        'disk',
        free > diskReserveBytes,
        `${formatSize(free)} free at ${dataDir}`,
        `free some, or lower SXS_DISK_RESERVE (${formatSize(diskReserveBytes)})`,
      )
    } catch {
      folder = dirname(folder)
    }
  }
}

const lineOf = ({ name, ok, found, remedy }: Finding) =>
  `${ok ? (remedy ? '-' : '✓') : '✗'} ${name.padEnd(11)} ${found}${remedy ? `; ${remedy}` : ''}`
