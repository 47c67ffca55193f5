import { Marked } from 'marked'
import sanitize from 'sanitize-html'
import { plainText } from '../../../views/words.ts'

/** Where the images that a README names are read: a file of the same script, or nothing. */
export type ImageHref = (path: string) => string | undefined

// What Markdown itself can make. HTML that was written into it is shown as text, and never reaches the page.
const ALLOWED = [
  ...['h3', 'h4', 'h5', 'h6', 'p', 'br', 'hr', 'blockquote', 'pre', 'code', 'em', 'strong', 'del'],
  ...['ul', 'ol', 'li', 'a', 'img', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'input'],
]
// Relative ones are of the script's own folder, and are resolved by `fileHref`.
const SCHEMES = ['http', 'https', 'mailto']

/**
 * A README as HTML that is safe to stand in a page: no raw HTML, links leave without a referrer, images only of the
 * script's own files. `fileHref` says where a file of the script is read.
 */
export function renderMarkdown(
  text: string,
  { fileHref, imageHref }: { fileHref: ImageHref; imageHref: ImageHref },
): string {
  const marked = new Marked({
    gfm: true,
    async: false,
    renderer: {
      html: ({ text: html }) => escape(html),
      // The page's own title is the first of all headings, and the section's the second.
      heading({ tokens, depth }) {
        const level = Math.min(6, depth + 2)
        return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`
      },
    },
  })
  return sanitize(marked.parse(plainText(text)) as string, {
    allowedTags: ALLOWED,
    allowedAttributes: {
      a: ['href', 'title', 'rel'],
      img: ['src', 'alt', 'title', 'loading'],
      ol: ['start'],
      input: ['type', 'checked', 'disabled'],
    },
    allowedSchemes: SCHEMES,
    allowProtocolRelative: false,
    transformTags: {
      a: (tagName, attribs) => ({ tagName, attribs: linkOf(attribs, fileHref) }),
      img: (tagName, attribs) => imageOf(tagName, attribs, imageHref),
      // A list of tasks has boxes to look at; no other field can be made.
      input: (tagName, { checked }) => ({
        tagName,
        attribs: { type: 'checkbox', disabled: '', ...(checked === undefined ? {} : { checked: '' }) },
      }),
    },
  })
}

type Attributes = Record<string, string>

function linkOf({ href = '', title }: Attributes, fileHref: ImageHref): Attributes {
  const named: Attributes = title === undefined ? {} : { title }
  if (href.startsWith('#')) return named
  if (isRelative(href)) {
    const own = fileHref(pathOf(href))
    return own === undefined ? named : { href: own, ...named }
  }
  return { href, rel: 'noopener noreferrer nofollow ugc', ...named }
}

function imageOf(tagName: string, { src = '', alt = '', title }: Attributes, imageHref: ImageHref) {
  const own = isRelative(src) ? imageHref(pathOf(src)) : undefined
  // What lies elsewhere would tell that host who reads here; its words stay.
  if (own === undefined) return { tagName: 'em', attribs: {}, text: alt }
  return { tagName, attribs: { src: own, alt, loading: 'lazy', ...(title === undefined ? {} : { title }) } }
}

const isRelative = (href: string) => !/^([a-z][a-z0-9+.-]*:|\/|\\|#|\?)/i.test(href.trim())

/** `./docs/../plot.png?x#y` as a path of the folder; one that leaves it names no file. */
function pathOf(href: string): string {
  const parts: string[] = []
  for (const part of decoded(href.replace(/[?#].*$/, '')).split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return ''
    } else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
