/** The right to be the one gate or run of a script that is at work. */
export type Turn = {
  /** Gives it back, and the next one in line gets it; a second call does nothing. */
  release(): void
}

export type Turns = {
  /** The turn at once; undefined if it is held or waited for. */
  take(slug: string): Turn | undefined
  /** Calls `granted` with the turn, maybe at once, first come first served. Returns what leaves the line again. */
  wait(slug: string, granted: (turn: Turn) => void): () => void
}

/** One turn for each script. */
export function createTurns(): Turns {
  // A script is in the map while its turn is held; the array is the line.
  const lines = new Map<string, ((turn: Turn) => void)[]>()

  function hold(slug: string): Turn {
    let held = true
    return {
      release() {
        if (!held) return
        held = false
        const granted = lines.get(slug)!.shift()
        if (granted) granted(hold(slug))
        else lines.delete(slug)
      },
    }
  }

  return {
    take(slug) {
      if (lines.has(slug)) return undefined
      lines.set(slug, [])
      return hold(slug)
    },
    wait(slug, granted) {
      const line = lines.get(slug)
      if (!line) {
        lines.set(slug, [])
        granted(hold(slug))
        return () => undefined
      }
      line.push(granted)
      return () => {
        const place = line.indexOf(granted)
        if (place >= 0) line.splice(place, 1)
      }
    },
  }
}

/** The turn where none is needed. */
export const freeTurn: Turn = { release: () => undefined }
