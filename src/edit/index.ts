export { createEdits, type Edits, type FileChanges, type ScriptFile } from './edits.ts'
