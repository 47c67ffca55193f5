import { chmod, cp, lstat, mkdir, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { copyFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { INSIDE_UID } from './namespace.ts'

// What programs need to find hosts, certificates, libraries and the time; nothing that names people or secrets.
const COPIED = [
  ...[
    'resolv.conf',
    'hosts',
    'nsswitch.conf',
    'gai.conf',
    'host.conf',
    'localtime',
    'timezone',
    'mime.types',
  ],
  ...['ssl', 'ca-certificates', 'ca-certificates.conf', 'pki', 'crypto-policies', 'alternatives', 'fonts'],
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'protocols', 'services', 'os-release'],
]
// These change while the server runs.
const FRESH = ['resolv.conf', 'hosts']

export type Etc = { folder: string; refresh(): void }

/** Makes the folder that scripts find as /etc: one binding in place of a dozen, which each start would pay for. */
export async function makeEtc(folder: string): Promise<Etc> {
  const half = `${folder}.new`
  await rm(half, { recursive: true, force: true })
  await mkdir(half, { recursive: true })
  await chmod(half, 0o755)
  for (const name of COPIED) await copyPublic(join('/etc', name), join(half, name))
  await writeFile(join(half, 'passwd'), passwd())
  await writeFile(join(half, 'group'), `script:x:${INSIDE_UID}:\nnogroup:x:65534:\n`)
  await writeFile(join(half, 'hostname'), 'script\n')
  await rm(folder, { recursive: true, force: true })
  await rename(half, folder)
  const seen = new Map(FRESH.map((name) => [name, stateOf(name)]))
  return {
    folder,
    refresh() {
      for (const name of FRESH) {
        const now = stateOf(name)
        if (now === seen.get(name)) continue
        seen.set(name, now)
        if (now) copyFileSync(join('/etc', name), join(folder, name))
      }
    },
  }
}

/** Copies what everybody may read; a link that leads out of /etc and /usr is followed. */
async function copyPublic(from: string, to: string): Promise<void> {
  const found = await lstat(from).catch(() => undefined)
  if (!found) return
  const real = found.isSymbolicLink() ? await realpath(from).catch(() => undefined) : from
  if (!real) return
  await cp(/^\/(etc|usr)\//.test(real) ? from : real, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter: async (source) => {
      const { mode } = await lstat(source)
      return (mode & 0o004) !== 0
    },
  })
}

function stateOf(name: string): string {
  const found = statSync(join('/etc', name), { throwIfNoEntry: false })
  return found ? `${found.ino}:${found.mtimeMs}:${found.size}` : ''
}

function passwd(): string {
  return `root:x:0:0:root:/:/bin/false\nscript:x:${INSIDE_UID}:${INSIDE_UID}::/tmp:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n`
}
