import type { FC } from 'hono/jsx'
import { formatSize, indentJson } from '../../src/base/index.ts'
import { Sheet } from '../components/sheet.tsx'
import { Icon } from '../components/icon.tsx'

/** What went into a run and what it left; input and result as JSON text, whose numbers keep all their digits. */
export type Yield = {
  id: number
  input?: string
  result?: string
  artifacts: { name: string; size: number }[]
}

/** Result, artifacts and input; what there is none of is left out. */
export const RunYield: FC<{ run: Yield }> = ({ run: { id, input, result, artifacts } }) => (
  <div id="run-yield" class="stack">
    {result !== undefined && (
      <Sheet title="Result">
        <pre class="json">{shown(result)}</pre>
      </Sheet>
    )}
    {artifacts.length > 0 && (
      <Sheet title="Artifacts" flush aside={<span class="quiet">{artifacts.length}</span>}>
        <ul class="list">
          {artifacts.map(({ name, size }) => (
            <li>
              <a href={artifactHref(id, name)} download>
                <Icon name="download" />
                <span>{name}</span>
              </a>
              <span class="end">{formatSize(size)}</span>
            </li>
          ))}
        </ul>
      </Sheet>
    )}
    {input !== undefined && (
      <Sheet title="Input">
        <pre class="json">{shown(input)}</pre>
      </Sheet>
    )}
  </div>
)

const artifactHref = (id: number, name: string) =>
  `/runs/${id}/artifacts/${name.split('/').map(encodeURIComponent).join('/')}`

// Laid out, a long text of many short parts is many times as long.
const shown = (json: string) => (json.length > LONGEST_LAID_OUT ? json : indentJson(json))
const LONGEST_LAID_OUT = 256 * 1024
