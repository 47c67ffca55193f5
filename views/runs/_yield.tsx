import type { FC } from 'hono/jsx'
import { formatSize } from '../../src/base/index.ts'
import { Sheet } from '../components/sheet.tsx'
import { Icon } from '../components/icon.tsx'

/** What went into a run and what it left. Absent is not the same as null, which is a JSON value. */
export type Yield = {
  id: number
  input?: unknown
  result?: unknown
  artifacts: { name: string; size: number }[]
}

/** Result, artifacts and input; what there is none of is left out. */
export const RunYield: FC<{ run: Yield }> = ({ run: { id, input, result, artifacts } }) => (
  <div id="run-yield" class="stack">
    {result !== undefined && (
      <Sheet title="Result">
        <pre class="json">{jsonText(result)}</pre>
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
        <pre class="json">{jsonText(input)}</pre>
      </Sheet>
    )}
  </div>
)

const artifactHref = (id: number, name: string) =>
  `/runs/${id}/artifacts/${name.split('/').map(encodeURIComponent).join('/')}`

const jsonText = (value: unknown) => JSON.stringify(value, null, 2) ?? 'null'
