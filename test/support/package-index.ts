import { createHash } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32 } from 'node:zlib'
import { atEnd } from './ends.ts'

/** A wheel that a test made itself. */
export type Wheel = { name: string; version: string; fileName: string; content: Buffer; sha256: string }

/** A pure Python wheel; `modules` are texts by path, `consoleScripts` are `module:function` by command. */
export function makeWheel(about: {
  name: string
  version: string
  modules: Record<string, string>
  requires?: string[]
  requiresPython?: string
  consoleScripts?: Record<string, string>
}): Wheel {
  const { name, version, modules, requires = [], consoleScripts = {} } = about
  const stem = `${name.replaceAll('-', '_')}-${version}`
  const files: Record<string, string> = { ...modules }
  files[`${stem}.dist-info/METADATA`] = [
    ...['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`],
    ...(about.requiresPython ? [`Requires-Python: ${about.requiresPython}`] : []),
    ...requires.map((line) => `Requires-Dist: ${line}`),
    '',
  ].join('\n')
  files[`${stem}.dist-info/WHEEL`] =
    'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n'
  const commands = Object.entries(consoleScripts).map(([command, target]) => `${command} = ${target}\n`)
  if (commands.length > 0)
    files[`${stem}.dist-info/entry_points.txt`] = `[console_scripts]\n${commands.join('')}`
  files[`${stem}.dist-info/RECORD`] = `${Object.entries(files)
    .map(([path, text]) => `${path},sha256=${sha256(text, 'base64url')},${Buffer.byteLength(text)}`)
    .join('\n')}\n${stem}.dist-info/RECORD,,\n`
  const content = zip(files)
  return { name, version, fileName: `${stem}-py3-none-any.whl`, content, sha256: sha256(content, 'hex') }
}

export type PackageIndex = {
  /** For SXS_PACKAGE_INDEX. */
  url: string
  /** The paths asked for so far. */
  asked: string[]
  /** Adds wheels while it serves. */
  add(...wheels: Wheel[]): void
  /** From now on it takes requests and never answers; resolves when the first one hangs. */
  hang(): Promise<void>
}

/** A package index as PEP 503 (HTML) and PEP 691 (JSON) say, on a port of its own until the test file ends. */
export async function startPackageIndex(...wheels: Wheel[]): Promise<PackageIndex> {
  const asked: string[] = []
  let onHanging: (() => void) | undefined
  const server = createServer((request, response) => {
    asked.push(request.url!)
    if (onHanging) return onHanging()
    answer(wheels, request.url!, request.headers.accept ?? '', response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`,
    asked,
    add: (...more) => void wheels.push(...more),
    hang: () => new Promise((resolve) => (onHanging = resolve)),
  }
}

function answer(wheels: Wheel[], url: string, accept: string, response: ServerResponse) {
  const [, kind, name] = /^\/(simple|files)\/([^/]+)\/?$/.exec(url) ?? []
  const file = kind === 'files' ? wheels.find(({ fileName }) => fileName === name) : undefined
  const versions = kind === 'simple' ? wheels.filter((wheel) => plainName(wheel.name) === name) : []
  if (file) return response.setHeader('content-type', 'application/octet-stream').end(file.content)
  if (versions.length === 0) return response.writeHead(404).end('not found')
  if (!accept.includes('application/vnd.pypi.simple.v1+json')) {
    const links = versions.map(
      ({ fileName, sha256 }) => `<a href="/files/${fileName}#sha256=${sha256}">${fileName}</a><br>`,
    )
    return response
      .setHeader('content-type', 'text/html')
      .end(`<!DOCTYPE html><html><body>${links.join('\n')}</body></html>`)
  }
  const files = versions.map(({ fileName, sha256 }) => ({
    ...{ filename: fileName, url: `/files/${fileName}`, hashes: { sha256 } },
  }))
  response
    .setHeader('content-type', 'application/vnd.pypi.simple.v1+json')
    .end(JSON.stringify({ meta: { 'api-version': '1.0' }, name, files }))
}

const plainName = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-')

function sha256(content: string | Buffer, encoding: 'hex' | 'base64url'): string {
  return createHash('sha256').update(content).digest(encoding)
}

/** A zip without compression, as APPNOTE.TXT 4.3 lays it out. */
function zip(files: Record<string, string>): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [path, text] of Object.entries(files)) {
    const name = Buffer.from(path)
    const content = Buffer.from(text)
    // From "version needed" to "extra field length": the same in both headers. 1980-01-01, stored.
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x21, 8)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(content.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, content])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE((0o100644 << 16) >>> 0, 6)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, rest, name]))
    parts.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, central, end])
}
