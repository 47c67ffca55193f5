import { expect, test } from 'vitest'
import { renderMarkdown } from '../../src/web/pages/markdown.ts'

const files = ['docs/more.md', 'plot.png', 'main.py']
const own = (path: string) => (files.includes(path) ? `/own/${path}` : undefined)
const render = (text: string) => renderMarkdown(text, { fileHref: own, imageHref: own })

test('what Markdown is for comes out, below the headings of the page', () => {
  const html = render(
    '# Title\n\nSome *soft* and **loud** `code`.\n\n- [x] done\n- open\n\n| a | b |\n| - | - |\n| 1 | 2 |\n',
  )
  expect(html).toContain('<h3>Title</h3>')
  expect(html).toContain('Some <em>soft</em> and <strong>loud</strong> <code>code</code>.')
  expect(html).toContain('<input type="checkbox" disabled checked />')
  expect(html).toContain('<td>1</td>')
})

test('links of the script lead to its files, others leave without a word of where from', () => {
  expect(render('[more](./docs/more.md#part)')).toContain('<a href="/own/docs/more.md">more</a>')
  expect(render('[up](../other.md)')).toBe('<p><a>up</a></p>\n')
  expect(render('[out](https://example.org/a)')).toContain(
    '<a href="https://example.org/a" rel="noopener noreferrer nofollow ugc">out</a>',
  )
})

test('images are those of the script, of others only the words stay', () => {
  expect(render('![a plot](plot.png)')).toContain('<img src="/own/plot.png" alt="a plot" loading="lazy" />')
  expect(render('![tracked](https://evil.example/p.png)')).toBe('<p><em>tracked</em></p>\n')
  expect(render('![data](data:image/svg+xml;base64,AAAA)')).not.toContain('<img')
  expect(render('![none](missing.png)')).not.toContain('<img')
})

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  'text <b onclick=alert(1)>in a line</b>',
  '[a](javascript:alert(1))',
  '[a](JaVaScRiPt&colon;alert(1))',
  '[a]( data:text/html,<script>alert(1)</script>)',
  '[a](vbscript:x)',
  '[a](//evil.example/)',
  '<a href="javascript:alert(1)">x</a>',
  '<javascript:alert(1)>',
  '![a"onerror="alert(1)](plot.png "b\\" onload=\\"alert(1)")',
  '<style>*{display:none}</style><form action=//evil.example><input name=password>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe><svg/onload=alert(1)>',
  '```html" onmouseover="alert(1)\n<script>alert(1)</script>\n```',
  '<!-- --><math><mtext></p><script>alert(1)</script>',
  '\u001b]8;;http://evil.example\u0007link\u001b]8;;\u0007',
  '| <script>alert(1)</script> |\n| - |\n| <img src=x onerror=alert(1)> |',
])('hostile Markdown is only text: %j', (text) => {
  const html = render(`before\n\n${text}\n\nafter`)
  const tags = html.match(/<[a-z][^>]*>/gi) ?? []
  expect(
    tags.filter((tag) =>
      /^<(script|style|iframe|svg|form|math|b)\b|\son\w+\s*=|^<input(?! type="checkbox")/i.test(
        tag.replace(/"[^"]*"/g, '""'),
      ),
    ),
  ).toEqual([])
  const targets = [...tags.join('').matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target]) => target!)
  expect(targets.filter((target) => !/^(https?:\/\/|mailto:|\/own\/)/.test(target))).toEqual([])
  // eslint-disable-next-line no-control-regex
  expect(html).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/)
  expect(html).toContain('<p>after</p>')
})
