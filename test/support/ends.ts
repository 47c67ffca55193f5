const ends: (() => unknown)[] = []

/** Calls when the test file ends, the last one first. Hooks of a shared module are only those of the first file that reads it. */
export const atEnd = (end: () => unknown): void => void ends.push(end)

/** Calls what was asked for, and goes on where one of them fails; the first failure is thrown at the end. */
export async function endFile(): Promise<void> {
  const failures: unknown[] = []
  for (const end of ends.splice(0).reverse()) {
    try {
      await end()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
