/** The useful part of what a failed command wrote; empty when there is none. */
export type Explain = (stdout: string, stderr: string) => string

/** The last lines that are not empty, at most ten. */
export const lastLines: Explain = (stdout, stderr) =>
  shorten(linesOf(stderr.trim() === '' ? stdout : stderr).slice(-10))

export const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')

/** The lines as one message of bearable size, without the paths of our own files. */
export const shorten = (lines: string[]): string =>
  lines
    .map((line) => line.replace(/ \(from -r \S+ \(line \d+\)\)/g, ''))
    .join('\n')
    .slice(0, LONGEST_MESSAGE)

const LONGEST_MESSAGE = 4000
