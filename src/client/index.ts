export { answerOf, createClient, isPassing, type Client, type Schemas } from './client.ts'
export { followLog, readLog, type LogFormat, type LogPiece } from './log.ts'
