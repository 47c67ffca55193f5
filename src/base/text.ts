import { isUtf8 } from 'node:buffer'

/** Whether the bytes are text in UTF-8, which can be shown, changed and written back without loss. */
export const isText = (bytes: Buffer): boolean => isUtf8(bytes) && !bytes.includes(0)
