export * from './open.ts'
export * as indexSchema from './index-schema.ts'
export * as recordSchema from './record-schema.ts'
export { lockFolder, type FolderLock } from './lock.ts'
