import type { FC } from 'hono/jsx'
import { Head, Sheet } from '../components/sheet.tsx'
import { Layout, type Page } from '../layout.tsx'
import { Fields, Operation } from './_operation.tsx'
import type { GroupView, ShapeView } from './shape.ts'

export type ReferenceProps = { page: Page; groups: GroupView[]; shapes: ShapeView[] }

/** The REST API, operation by operation; made from the document that clients are made from. */
export const ReferencePage: FC<ReferenceProps> = ({ page, groups, shapes }) => (
  <Layout page={page}>
    <div class="stack reference">
      <Head
        title="REST API"
        below={
          <p>
            The same as <a href="/api/v1/openapi.json">openapi.json</a>, for people. Send an API key, or the
            token of a session, as <code>Authorization: Bearer</code>.
          </p>
        }
      />
      <Sheet title="How it answers">
        <Manners />
      </Sheet>
      <nav class="sheet contents" aria-label="Operations">
        {groups.map(({ id, name, operations }) => (
          <section>
            <h2>
              <a href={`#${id}`}>{name}</a>
            </h2>
            <ul>
              {operations.map((operation) => (
                <li>
                  <a href={`#${operation.id}`}>{operation.id}</a>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      {groups.map(({ id, name, description, operations }) => (
        <Sheet title={name} id={id} aside={<span class="quiet">{operations.length}</span>}>
          <p class="quiet">{description.replaceAll('`', '')}</p>
          {operations.map((operation) => (
            <Operation operation={operation} />
          ))}
        </Sheet>
      ))}
      <Sheet title="Shapes" id="shapes">
        {shapes.map(({ name, fields }) => (
          <article class="operation" id={`shape-${name}`}>
            <h3>{name}</h3>
            <Fields fields={fields} />
          </article>
        ))}
      </Sheet>
    </div>
  </Layout>
)

const Manners: FC = () => (
  <ul class="manners">
    <li>
      Refusals: <b>400</b> not valid, <b>401</b> nobody signed in, <b>403</b> not allowed, <b>404</b> not
      there or out of sight, <b>405</b> another method, <b>409</b> it changed meanwhile or exists already,{' '}
      <b>412</b> no longer what <code>If-Match</code> names, <b>413</b> too large, <b>415</b> a body of
      another type, <b>429</b> too many tries, <b>503</b> not now.
    </li>
    <li>
      Each is an <code>application/problem+json</code> with a <code>code</code>, a <code>detail</code> and,
      where there are several, <code>problems</code>, each with its place and what to do.
    </li>
    <li>
      A list takes <code>limit</code>, at most 200, and <code>cursor</code>; it gives <code>nextCursor</code>{' '}
      where there is more. A cursor stays right while rows arrive.
    </li>
    <li>
      Times are RFC 3339 in UTC. Unknown parameters and keys are refused, so that a slip of the pen does not
      pass for a wish.
    </li>
    <li>Every change of a script is one commit by whoever asks.</li>
  </ul>
)
