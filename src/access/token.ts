import { createHash, randomBytes } from 'node:crypto'

/** A new 256-bit random text of 43 characters `[A-Za-z0-9_-]`. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/**
 * SHA-256, in hex: what is stored of a random token. A slow hash would add nothing, since 256 random bits cannot be
 * guessed; and looking a hash up by equality gives its timing away to nobody who does not know the token.
 */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
