import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { prepareDataDir, readConfig } from '../src/config.ts'
import { temporaryFolder } from './support/folder.ts'

test('without variables the defaults of the contract hold', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    adminUser: 'admin',
    adminPassword: undefined,
    isolation: 'auto',
    timezone: 'UTC',
    diskReserveBytes: 2 * 2 ** 30,
    quotas: { stateBytes: 2 ** 30, artifactsBytes: 2 ** 30 },
    logLevel: 'info',
  })
})

test.each([
  ['SXS_PORT', '70000', "SXS_PORT: '70000' is no whole number from 0 to 65535"],
  ['SXS_PORT', 'http', "SXS_PORT: 'http' is no whole number from 0 to 65535"],
  ['SXS_WORKERS', '0', "SXS_WORKERS: '0' is no whole number from 1 to 1000"],
  ['SXS_VIEWERS', 'many', "SXS_VIEWERS: 'many' is no whole number from 1 to 100000"],
  ['SXS_ISOLATION', 'vm', "SXS_ISOLATION: 'vm' is none of auto, namespace, landlock, uid, none"],
  ['SXS_TIMEZONE', 'Mars/Base', "SXS_TIMEZONE: 'Mars/Base' is no time zone; write one such as Europe/Rome"],
  [
    'SXS_PUBLIC_URL',
    'example.org',
    "SXS_PUBLIC_URL: 'example.org' is no address that begins with http:// or https://",
  ],
  ['SXS_DISK_RESERVE', 'much', "SXS_DISK_RESERVE: 'much' is no size; write one such as 2GiB"],
  ['SXS_LOG_LEVEL', 'loud', "SXS_LOG_LEVEL: 'loud' is none of trace, debug, info, warn, error, silent"],
])('%s=%s is refused with one line', (name, value, message) => {
  expect(() => readConfig({ [name]: value })).toThrow(message)
})

test('a misspelt variable is named, and no more', () => {
  expect(readConfig({ SXS_PROT: '1', SXS_PORT: '1' })).toMatchObject({ port: 1, unknown: ['SXS_PROT'] })
})

test('a data folder that cannot be is refused', () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  chmodSync(file, 0o644)
  expect(() => prepareDataDir(join(file, 'data'))).toThrow('SXS_DATA_DIR')
})
