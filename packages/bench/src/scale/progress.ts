const EVERY_MS = 5_000

/** Reports progress every few seconds. */
export function createProgress(say: (what: string) => void, of: string, total: number) {
  const startedAt = performance.now()
  let saidAt = startedAt
  return (done: number): void => {
    const now = performance.now()
    if (now - saidAt < EVERY_MS) return
    saidAt = now
    const perSecond = Math.round((done * 1000) / (now - startedAt))
    say(`${of}: ${inWords(done)} of ${inWords(total)}, ${inWords(perSecond)}/s`)
  }
}

export const inWords = (count: number): string => count.toLocaleString('en-US')
