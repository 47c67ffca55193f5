export { createEdits, type Edits, type FileChanges, type ScriptFile } from './edits.ts'
export type { Foresight, Outlook, Preview } from './preview.ts'
