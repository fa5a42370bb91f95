import type { VerifiedEvent } from '@sluice/events'
import { createProgress } from '../progress.ts'

type Pages = AsyncIterable<VerifiedEvent[]>

const HOUR_MS = 3_600_000

/** Pages that go back in time, as they are, with a bar of the hours that are done. */
export async function* goingBack(pages: Pages, since: Date, until: Date): AsyncGenerator<VerifiedEvent[]> {
  const hoursFrom = (at: Date) => Math.max(0, Math.ceil((until.getTime() - at.getTime()) / HOUR_MS))
  const total = Math.max(1, hoursFrom(since))
  const progress = createProgress(total)
  let done = 0
  const reach = (hours: number) => {
    if (hours > done) progress.advance(hours - done)
    done = Math.max(done, hours)
  }
  for await (const page of pages) {
    yield page
    reach(Math.min(total, hoursFrom(page.at(-1)?.occurredAt ?? until)))
  }
  reach(total)
  progress.finish()
}

/** So many pages, as they are, with a bar of those that are done. */
export async function* counted(pages: Pages, total: number): AsyncGenerator<VerifiedEvent[]> {
  if (total === 0) return
  const progress = createProgress(total)
  for await (const page of pages) {
    yield page
    progress.advance()
  }
  progress.finish()
}
