/** What `make` gives, made once for each key. When there are too many, all are forgotten; so `make` must be pure. */
export function memo<V extends object | string>(most: number, make: (key: string) => V): (key: string) => V {
  const known = new Map<string, V>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined) return before
    if (known.size >= most) known.clear()
    const made = make(key)
    known.set(key, made)
    return made
  }
}
