import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSource, pickInstallerEnv, sourceBindings } from '../../src/environment/source.ts'
import { temporaryFolder } from '../support/folder.ts'

test('the setting of the server stands alone, but for certificate and proxies', async () => {
  const authorities = join(temporaryFolder(), 'ca.pem')
  writeFileSync(authorities, 'trust us')
  const env = {
    PIP_INDEX_URL: 'http://127.0.0.1/other',
    PIP_FIND_LINKS: '/other',
    PIP_CERT: authorities,
    HTTPS_PROXY: 'http://proxy',
  }
  expect(await openSource('http://127.0.0.1/a, http://127.0.0.1/b http://127.0.0.1/c', env)).toEqual({
    index: 'http://127.0.0.1/a',
    extraIndexes: ['http://127.0.0.1/b', 'http://127.0.0.1/c'],
    noIndex: false,
    findLinks: [],
    trustedHosts: [],
    certificates: 'trust us',
    env: { HTTPS_PROXY: 'http://proxy' },
  })
})

test('else the variables of pip hold, over its own files', async () => {
  const home = temporaryFolder()
  mkdirSync(join(home, 'pip'))
  writeFileSync(
    join(home, 'pip/pip.conf'),
    '# ours\n[global]\nindex-url = http://127.0.0.1/file\ntrusted-host = one\n  two\n[install]\nfind_links: /links\n[other]\ncert = no\n',
  )
  const env = {
    XDG_CONFIG_HOME: home,
    HOME: home,
    PIP_INDEX_URL: 'http://127.0.0.1/variable',
    PIP_TIMEOUT: '7',
  }
  const source = await openSource('', env)
  expect(source).toMatchObject({
    index: 'http://127.0.0.1/variable',
    trustedHosts: ['one', 'two'],
    findLinks: ['/links'],
    env: { PIP_DEFAULT_TIMEOUT: '7', UV_HTTP_TIMEOUT: '7' },
  })
})

test('else those of uv', async () => {
  const env = { PIP_CONFIG_FILE: '/dev/null', UV_INDEX_URL: 'http://127.0.0.1/uv', UV_FIND_LINKS: '/a,/b' }
  expect(await openSource('', env)).toMatchObject({ index: 'http://127.0.0.1/uv', findLinks: ['/a', '/b'] })
})

test('what it names of the disk is bound for the installer', async () => {
  const folder = temporaryFolder()
  const source = await openSource('', {
    PIP_CONFIG_FILE: '/dev/null',
    PIP_FIND_LINKS: `file://${folder} /nowhere http://127.0.0.1/links`,
  })
  expect(sourceBindings(source)).toEqual([{ from: folder, to: folder }])
})

test('only what an installer needs is picked of an environment', () => {
  expect(
    pickInstallerEnv({ PIP_INDEX_URL: 'x', SXS_ADMIN_PASSWORD: 'y', https_proxy: 'z', HOME: '' }),
  ).toEqual({
    PIP_INDEX_URL: 'x',
    https_proxy: 'z',
  })
})
