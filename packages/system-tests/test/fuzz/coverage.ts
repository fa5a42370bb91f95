import { Session } from 'node:inspector/promises'

const WATCHED = /\/packages\/(providers|handlers|events|database)\/src\//

/** Counts the blocks of our code that have run, by V8's own coverage. */
export async function startCoverage() {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const seen = new Set<string>()
  return {
    /** How many blocks ran for the first time since the last call. */
    async newBlocks(): Promise<number> {
      const before = seen.size
      const { result } = await session.post('Profiler.takePreciseCoverage')
      for (const { url, functions } of result)
        if (WATCHED.test(url))
          for (const { ranges } of functions)
            for (const { startOffset, endOffset, count } of ranges)
              if (count > 0) seen.add(`${url}:${startOffset}-${endOffset}`)
      return seen.size - before
    },
    seen: () => seen.size,
    stop: () => session.disconnect(),
  }
}
