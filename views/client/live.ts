import { connect } from './connection.ts'
import { offerCopies } from './copy.ts'
import { openDialogs } from './dialogs.ts'
import { tidyFilters } from './filters.ts'
import { followLog } from './log.ts'
import { watchFragments } from './fragments.ts'
import { keepTimesTrue } from './times.ts'
import { showToasts, tell } from './toasts.ts'

// All that the pages do beyond reading: times stay true, parts are had again when a run changes, and a log follows on.
keepTimesTrue()
showToasts()
openDialogs()
tidyFilters()
offerCopies()
// A page is read a little before it is made, and one that is had again for nothing does no harm.
const READING_MS = 1000
const madeAt = Number(document.body.dataset.now) - READING_MS
const connection = connect(new URL('/live', location.href), madeAt)
// Once: every new try would say the same.
let isTold = false
connection.onState((_, why) => {
  if (why && !isTold) tell({ tone: 'warn', text: `This page does not follow live: ${why}.` })
  isTold ||= why !== undefined
})
const refresh = watchFragments(connection)
followLog(connection, refresh)
