import { connect } from './connection.ts'
import { followLog } from './log.ts'
import { watchFragments } from './fragments.ts'
import { keepTimesTrue } from './times.ts'

// All that the pages do beyond reading: times stay true, parts are had again when a run changes, and a log follows on.
keepTimesTrue()
const connection = connect(new URL('/live', location.href))
const refresh = watchFragments(connection)
followLog(connection, refresh)
