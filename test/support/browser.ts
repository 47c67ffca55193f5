import { existsSync } from 'node:fs'
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
  const executablePath = INSTALLED.find((path) => existsSync(path))
  if (executablePath) return chromium.launch({ executablePath, args: FLAGS })
  const { default: bundled } = await import('@sparticuz/chromium')
  return chromium.launch({
    executablePath: await bundled.executablePath(),
    args: [...bundled.args, ...FLAGS],
  })
}
