import type { FC } from 'hono/jsx'
import type { Problem } from '../../src/base/index.ts'

/** Every problem with its place, reason and remedy; `hrefOf` leads to the file. */
export const Problems: FC<{ problems: Problem[]; hrefOf?: (problem: Problem) => string | undefined }> = ({
  problems,
  hrefOf,
}) => (
  <ul class="problems">
    {problems.map((problem) => (
      <li>
        <Place problem={problem} href={hrefOf?.(problem)} />
        <span>{problem.remedy ? `${problem.message};` : problem.message}</span>
        {problem.remedy && <span class="quiet"> {problem.remedy}</span>}
      </li>
    ))}
  </ul>
)

const Place: FC<{ problem: Problem; href: string | undefined }> = ({ problem, href }) => {
  const { path, line, column } = problem
  const place = [path, line, line && column].filter((part) => part !== undefined).join(':')
  return href ? (
    <a class="mono" href={href}>
      {place}
    </a>
  ) : (
    <span class="mono">{place}</span>
  )
}
