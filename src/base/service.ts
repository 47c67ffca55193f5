/** A thing with start and stop; stopping twice, or before starting, does no harm. */
export type Service = {
  name: string
  start(): Promise<void>
  stop(): Promise<void>
}

/** Starts in order. When one fails, those already started are stopped, last first, and the error is thrown. */
export async function startAll(services: Service[]): Promise<void> {
  const started: Service[] = []
  try {
    for (const service of services) {
      started.push(service)
      await service.start()
    }
  } catch (error) {
    await stopAll(started)
    throw error
  }
}

/** Stops in reverse order; every one is asked, and the first error is thrown at the end. */
export async function stopAll(services: Service[]): Promise<void> {
  const errors: unknown[] = []
  for (const service of services.toReversed()) {
    await service.stop().catch((error: unknown) => errors.push(error))
  }
  if (errors.length > 0) throw errors[0]
}
