import type { FC } from 'hono/jsx'
import { Snippet } from '../components/code.tsx'
import type { AnswerView, FieldView, OperationView, TypeView } from './shape.ts'

/** One thing that can be asked for. */
export const Operation: FC<{ operation: OperationView }> = ({ operation }) => {
  const { id, method, path, summary, description, parameters, body, answers, command } = operation
  return (
    <article class="operation" id={id}>
      <h3>
        <a href={`#${id}`}>
          <span class={`method method-${method.toLowerCase()}`}>{method}</span> <code>{path}</code>
        </a>
      </h3>
      <p>{summary}.</p>
      {description && <Prose text={description} />}
      <div class="operation-parts">
        <div class="stack">
          {parameters.length > 0 && <Fields title="Parameters" fields={parameters} />}
          {body && <Fields title={bodyTitle(body)} fields={body.fields} />}
          <Answers answers={answers} />
        </div>
        <Snippet text={command} copy label={`A command for ${method} ${path}`} />
      </div>
    </article>
  )
}

/** Names with their types and what they mean. */
export const Fields: FC<{ title?: string; fields: FieldView[] }> = ({ title, fields }) => (
  <div>
    {title && <h4>{title}</h4>}
    {fields.length > 0 && (
      <dl class="fields">
        {fields.map((field) => (
          <div>
            <dt>
              <code>{field.name}</code> {field.required && <span class="quiet">required</span>}
            </dt>
            <dd>
              <Type type={field.type} />
              {field.place && field.place !== 'query' && <span class="quiet"> in the {field.place}</span>}
              {field.preset !== undefined && <span class="quiet"> else {field.preset}</span>}
              {field.description && <Prose text={field.description} />}
            </dd>
          </div>
        ))}
      </dl>
    )}
  </div>
)

const Answers: FC<{ answers: AnswerView[] }> = ({ answers }) => {
  const refusals = answers.filter(({ status }) => status >= '400')
  return (
    <div>
      <h4>Answers</h4>
      <dl class="fields">
        {answers
          .filter((answer) => !refusals.includes(answer))
          .map(({ status, description, type, types }) => (
            <div>
              <dt>
                <b>{status}</b>
              </dt>
              <dd>
                <Prose text={description} />{' '}
                {type ? <Type type={type} /> : <span class="quiet">{types.join(', ')}</span>}
              </dd>
            </div>
          ))}
        <div>
          <dt class="quiet">Refusals</dt>
          <dd class="quiet">
            {refusals.map(({ status, description }, at) => (
              <>
                {at > 0 && ', '}
                <span title={description}>{status}</span>
              </>
            ))}
          </dd>
        </div>
      </dl>
    </div>
  )
}

const Type: FC<{ type: TypeView }> = ({ type: { words, shape } }) => (
  <span class="type">
    {words}
    {words && shape && !words.endsWith(' ') && ' | '}
    {shape && <a href={`#shape-${shape}`}>{shape}</a>}
  </span>
)

/** Text in which what stands between backticks is code. */
const Prose: FC<{ text: string }> = ({ text }) => (
  <span class="prose">{text.split('`').map((part, at) => (at % 2 === 1 ? <code>{part}</code> : part))}</span>
)

function bodyTitle({ types, optional }: NonNullable<OperationView['body']>): string {
  return `Body, ${types.join(' or ')}${optional ? ', may be left out' : ''}`
}
