import type { Child, FC } from 'hono/jsx'

/** A fact without a value is left out. */
export type Fact = { name: string; value: Child; wide?: boolean }

/** Names and values, beside each other where there is room; `list` puts one below the other. */
export const Facts: FC<{ facts: Fact[]; list?: boolean }> = ({ facts, list }) => (
  <dl class={list ? 'facts list' : 'facts'}>
    {facts
      .filter(({ value }) => value !== undefined && value !== null && value !== false && value !== '')
      .map(({ name, value, wide }) => (
        <div class={wide ? 'wide-fact' : undefined}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
  </dl>
)
