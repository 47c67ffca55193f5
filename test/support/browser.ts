import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium, type Browser } from 'playwright-core'

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

// Quiet: it asks nothing of any network but the pages under test.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Another machine's name, as it is in a house without TLS.
  '--host-resolver-rules=MAP sxs.test 127.0.0.1',
]

/** A headless Chromium: the machine's own, or, where there is none, the one that npm brought along. */
export async function launchBrowser(): Promise<Browser> {
  const installed = INSTALLED.find((path) => existsSync(path))
  return installed ? chromium.launch({ executablePath: installed, args: FLAGS }) : launchBundled()
}

/** The one of npm, with the libraries and fonts that a bare machine lacks. Its own flags would switch off what is tested here. */
async function launchBundled(): Promise<Browser> {
  const folder = await unpack()
  const env = {
    PATH: process.env['PATH']!,
    HOME: folder,
    LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
    FONTCONFIG_PATH: join(folder, 'fonts'),
  }
  return chromium.launch({ executablePath: join(folder, 'chromium'), args: FLAGS, env })
}

/** Unpacks it once for all test files; whole or not at all, however many do so at once. */
async function unpack(): Promise<string> {
  const shared = join(tmpdir(), `sxs-test-chromium-${process.getuid?.() ?? 0}`)
  if (existsSync(shared)) return shared
  const own = mkdtempSync(`${shared}-`)
  // It unpacks to the system's temporary folder, and its libraries only where it takes itself to be on AWS.
  const env = { ...process.env, TMPDIR: own, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' }
  const program = "import chromium from '@sparticuz/chromium'; await chromium.executablePath()"
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    env,
    cwd: import.meta.dirname,
  })
  try {
    renameSync(own, shared)
  } catch {
    rmSync(own, { recursive: true, force: true })
  }
  return shared
}
