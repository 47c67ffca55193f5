export type { Doors, Status } from './doors.ts'
export { createLive } from './live.ts'
export { createWeb } from './web.ts'
export { listen, type Listening } from './listen.ts'
