export { createEdits, type Edits, type FileChanges, type ScriptFile } from './edits.ts'
export type { Foresight, Outlook, Preview } from './preview.ts'
export { createHistory, type CommitDetail, type CommitSummary, type History } from './history.ts'
export type { FileDiff, Hunk as DiffHunk, DiffLine } from '../git/index.ts'
