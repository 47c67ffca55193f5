/** In-process messages: what just changed, for whoever shows it. Nothing may depend on one arriving. */
export type Announcement =
  | { topic: 'head'; commit: string }
  | { topic: 'script'; slug: string }
  | { topic: 'run'; id: number; slug: string }
  | { topic: 'log'; id: number }
  | { topic: 'tick'; slug: string }
  | { topic: 'environment'; key: string }

type Topic = Announcement['topic']
type Of<T extends Topic> = Extract<Announcement, { topic: T }>

export type Bus = {
  announce(announcement: Announcement): void
  /** Calls for each announcement of the topic until the returned function is called. */
  on<T extends Topic>(topic: T, listener: (announcement: Of<T>) => void): () => void
}

/** A bus; a listener that throws harms neither the others nor the announcer (`onError` gets it). */
export function createBus(onError: (error: unknown) => void): Bus {
  const listeners = new Map<Topic, Set<(announcement: never) => void>>()
  return {
    announce(announcement) {
      for (const listener of [...(listeners.get(announcement.topic) ?? [])]) {
        try {
          listener(announcement as never)
        } catch (error) {
          onError(error)
        }
      }
    },
    on(topic, listener) {
      const set = listeners.get(topic) ?? new Set()
      listeners.set(topic, set)
      set.add(listener)
      return () => set.delete(listener)
    },
  }
}
