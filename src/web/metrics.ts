import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { version } from '../version.ts'
import type { Doors } from './doors.ts'
import type { Env } from './identity.ts'

/** What the server tells of itself in the text format of Prometheus. */
export type Metrics = {
  /** Measures every request. */
  measure: MiddlewareHandler<Env>
  contentType: string
  text(): Promise<string>
}

// A page takes a few milliseconds, a push a second, a large one a minute.
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Metrics in a registry of their own. What the doors count is asked when somebody looks. */
export function createMetrics(doors: Doors): Metrics {
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register })
  const info = { name: 'sxs_info', help: 'The version that runs', labelNames: ['version'], registers }
  new Gauge(info).set({ version }, 1)
  const queue = {
    ...{ name: 'sxs_runs', help: 'Runs that are not over, by state', labelNames: ['state'], registers },
    collect(this: Gauge) {
      const { queued, running } = doors.queue()
      this.set({ state: 'queued' }, queued)
      this.set({ state: 'running' }, running)
    },
  }
  new Gauge(queue)
  new Gauge({
    ...{ name: 'sxs_workers', help: 'How many runs may run at once', registers },
    collect() {
      this.set(doors.queue().workers)
    },
  })
  counted('sxs_runs_ended_total', 'Runs that ended, by state', 'state', () => doors.runs.counts())
  counted('sxs_ticks_total', 'Due moments by what became of them', 'outcome', () => doors.ticks.counts())
  const requests = new Histogram({
    ...{ name: 'sxs_http_request_seconds', help: 'Answers to HTTP requests', buckets: SECONDS, registers },
    labelNames: ['method', 'route', 'status'],
  })

  function counted(name: string, help: string, label: string, counts: () => Record<string, number>): void {
    new Counter({
      ...{ name, help, labelNames: [label], registers },
      collect() {
        this.reset()
        for (const [kind, count] of Object.entries(counts())) this.inc({ [label]: kind }, count)
      },
    })
  }

  return {
    async measure(c, next) {
      const end = requests.startTimer()
      await next()
      // By the pattern of the route: addresses themselves would be without number.
      const route = matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'))?.path ?? 'none'
      const method = METHODS.has(c.req.method) ? c.req.method : 'other'
      end({ method, route, status: c.res.status })
    },
    contentType: register.contentType,
    text: () => register.metrics(),
  }
}
