import type { ListedEvent, SentPage } from '@sluice/events'

type Pages = AsyncIterable<ListedEvent[]>

const HOUR_MS = 3_600_000

/** Adds progress to pages that go back in time from `until`, counted in hours. */
export async function* goingBack(pages: Pages, step: string, since: Date, until: Date): AsyncGenerator<SentPage> {
  const hoursFrom = (at: Date) => Math.max(0, Math.ceil((until.getTime() - at.getTime()) / HOUR_MS))
  const total = Math.max(1, hoursFrom(since))
  let done = 0
  for await (const events of pages) {
    done = Math.min(total, Math.max(done, hoursFrom(events.at(-1)?.occurredAt ?? until)))
    yield { events, step, done, total }
  }
  yield { events: [], step, done: total, total }
}

/** Adds progress to pages of which there is one per object. */
export async function* oneByOne(pages: Pages, step: string, total: number): AsyncGenerator<SentPage> {
  let done = 0
  for await (const events of pages) {
    done += 1
    yield { events, step, done, total }
  }
}
