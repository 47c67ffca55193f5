import { AppError } from '../../../base/index.ts'

/** What was sent, by path below the script's folder, and what was left behind. */
export type Upload = { files: Record<string, Uint8Array>; leftOut: string[] }

/** Fields that each stand for one file, as the API names them. */
const NAMED: Record<string, string> = {
  main: 'main.py',
  trigger: 'trigger.py',
  requirements: 'requirements.txt',
  manifest: 'script.yaml',
}
// What tools leave in a folder, and nobody means to commit.
const LEFT_OUT =
  /(^|\/)(\.git|__pycache__|\.venv|venv|node_modules|\.(pytest|mypy|ruff)_cache)\/|(^|\/)\.DS_Store$|\.pyc$/

/** The files of an upload: `folder` without its own name, the named ones, and others by their names. */
export async function readUpload(parts: Record<string, unknown>): Promise<Upload> {
  const files: Upload['files'] = {}
  const leftOut: string[] = []
  for (const { field, file } of filesIn(parts)) {
    const path = pathOf(field, file.name)
    if (LEFT_OUT.test(path)) {
      leftOut.push(path)
      continue
    }
    if (Object.hasOwn(files, path)) throw twice(path)
    files[path] = new Uint8Array(await file.arrayBuffer())
  }
  return { files, leftOut }
}

/** A field that was left empty is sent as a file without name and content. */
function filesIn(parts: Record<string, unknown>): { field: string; file: File }[] {
  return Object.entries(parts).flatMap(([field, value]) =>
    [value]
      .flat()
      .filter((one): one is File => one instanceof File && (one.name !== '' || one.size > 0))
      .map((file) => ({ field, file })),
  )
}

function pathOf(field: string, name: string): string {
  if (Object.hasOwn(NAMED, field)) return NAMED[field]!
  // A browser tells the files of a folder with the folder's name before them.
  const path = name.replaceAll('\\', '/')
  return field === 'folder' ? path.slice(path.indexOf('/') + 1) : path.slice(path.lastIndexOf('/') + 1)
}

const twice = (path: string) =>
  new AppError('invalid', `${path} is there twice; send each file once`, {
    problems: [{ path: 'files', message: `${path} is there twice`, remedy: 'choose each file once' }],
  })
