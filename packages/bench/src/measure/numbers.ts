/** Hands out numbers of events, each once in a run: no two requests are of the same event. */
export function createNumbers() {
  let next = 1
  return (count: number): number => {
    const first = next
    next += count
    return first
  }
}

export type Numbers = ReturnType<typeof createNumbers>
