import { spawn, spawnSync } from 'node:child_process'
import { realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Log } from '../base/index.ts'

/**
 * Shows folders to a script's uid that lie below folders it may not enter (a Python in /root, a data folder of mode
 * 0700). A process of root's holds a mount namespace of its own, in which such folders are bound below a place that
 * everybody may enter; bubblewrap is then started in there. It costs the start nothing: nsenter takes setpriv's part.
 */
export type Staging = {
  /** Undefined when the uid reaches all of them as they are; else where it finds each, and the command that leads there. */
  stage(paths: string[], uid: number): { paths: Map<string, string>; enter: string[] } | undefined
  close(): void
}

type Programs = { unshare: string; nsenter: string }

// Each is a mount in the namespace; the one that was not used for longest makes room.
const MOST = 128
const BIND =
  '[ -d "$1" ] && mkdir "$2" || : > "$2"; mount --bind "$1" "$2" && { [ -z "$3" ] || umount -l "$3"; }'

/** Undefined where root may not mount (a container without that right), or no folder is free for it. */
export async function openStaging(
  programs: Programs,
  keepClear: string[],
  log: Log,
): Promise<Staging | undefined> {
  const place = ['/mnt', '/media', '/srv', '/opt'].find(
    (folder) =>
      statSync(folder, { throwIfNoEntry: false })?.isDirectory() &&
      !keepClear.some((path) => `${path}/`.startsWith(`${folder}/`)),
  )
  const holder = place === undefined ? undefined : await startHolder(programs.unshare, place)
  if (!holder || place === undefined) return undefined
  const namespace = `--mount=/proc/${holder.pid}/ns/mnt`
  const bound = new Map<string, string>()
  let count = 0

  const bind = (root: string): string => {
    const { dev, ino } = statSync(root)
    const key = `${dev}:${ino}:${root}`
    const known = bound.get(key)
    if (known) {
      bound.delete(key)
      bound.set(key, known)
      return known
    }
    const target = join(place, String((count += 1)))
    const oldest = bound.size >= MOST ? bound.entries().next().value : undefined
    if (oldest) bound.delete(oldest[0])
    const args = [namespace, '--', '/bin/sh', '-c', BIND, 'sh', root, target, oldest?.[1] ?? '']
    const { status, stderr } = spawnSync(programs.nsenter, args, {
      encoding: 'utf8',
      env: {},
      timeout: 10_000,
    })
    if (status !== 0) throw new Error(`${root} cannot be shown to a script: ${stderr.trim()}`)
    log.debug({ root, target }, 'staged for scripts')
    bound.set(key, target)
    return target
  }

  return {
    stage(paths, uid) {
      const far = new Map<string, string>()
      for (const path of paths) {
        const { real, root } = reach(path, uid)
        if (root !== undefined) far.set(path, bind(root) + real.slice(root.length))
      }
      const enter = [programs.nsenter, namespace, '-S', String(uid), '-G', String(uid), '--']
      return far.size > 0 ? { paths: far, enter } : undefined
    },
    close: () => void holder.kill('SIGKILL'),
  }
}

/** The real path, and what of it must be bound: the part below the last folder that the uid may not enter. */
export function reach(path: string, uid: number): { real: string; root?: string } {
  let real: string
  try {
    real = realpathSync(path)
  } catch {
    return { real: path } // bubblewrap says it better
  }
  for (let inner = real; inner !== '/'; inner = dirname(inner)) {
    const { mode, uid: owner, gid } = statSync(dirname(inner))
    const bit = owner === uid ? 0o100 : gid === uid ? 0o010 : 0o001
    if ((mode & bit) === 0) return { real, root: inner }
  }
  return { real }
}

function startHolder(unshare: string, place: string) {
  // It ends with the server, however that ends: then its standard input does.
  const script = `mount -t tmpfs -o mode=0711 sxs ${place} && echo ready && exec cat`
  const child = spawn(unshare, ['--mount', '--propagation', 'private', '/bin/sh', '-c', script], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {},
    cwd: '/',
    detached: true,
  })
  return new Promise<typeof child | undefined>((resolve) => {
    child.on('error', () => resolve(undefined))
    child.on('exit', () => resolve(undefined))
    child.stdout.once('data', () => {
      for (const held of [child, child.stdin, child.stdout]) (held as unknown as { unref?(): void }).unref?.()
      resolve(child)
    })
  })
}
