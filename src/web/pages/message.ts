import type { CommitSummary } from '../../edit/index.ts'
import { plainText } from '../../../views/words.ts'

/** The first line, and what stands below it; without what a terminal would act on. */
export function messageOf({ message }: Pick<CommitSummary, 'message'>): { subject: string; body: string } {
  const [subject = '', ...rest] = plainText(message).trim().split('\n')
  return { subject: subject || 'Without a message', body: rest.join('\n').trim() }
}

/** As git has them, without what a terminal would act on. */
export const shownAuthor = ({ name, email }: CommitSummary['author']) => ({
  name: plainText(name) || 'nobody',
  email: plainText(email),
})
