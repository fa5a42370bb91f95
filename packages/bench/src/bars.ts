/** A figure of ours and its target. */
export interface Bar {
  name: string
  value: number
  must: 'at least' | 'at most'
  bar: number
  isReached: boolean
}

type MedianOf = (figure: string) => number

/** Targets for the medians of one run. */
export function barsOf(of: MedianOf): Bar[] {
  const ingest = of('ingest, ours, events/s')
  const worker = of('worker, ours, events/s')
  return [
    atLeast('ingest, ours ÷ verify only', ingest / of('ingest, verify only, events/s'), 1),
    atLeast('ingest, ours ÷ textbook', ingest / of('ingest, textbook, events/s'), 1.4),
    atLeast('ingest, ours ÷ floor', ingest / of('ingest, floor, events/s'), 0.33),
    atLeast('worker, ours ÷ per-event ORM', worker / of('worker, per-event ORM, events/s'), 8),
    atLeast('worker, ours ÷ bare SQL', worker / of('worker, bare SQL, events/s'), 0.9),
    atMost('answer p99 ÷ what it may be, at half the highest rate', answerRatio(of), 1),
    atMost(
      'received to committed p99 at half the highest rate, ms',
      of('half of it, ours, received to committed p99 ms'),
      250,
    ),
    atMost('Redis bytes per waiting event', of('Redis bytes per waiting event'), 1_200),
  ]
}

/** The limit is the greater of the textbook's p99 and three times the floor's plus one write of each store. */
function answerRatio(of: MedianOf): number {
  const durably =
    of('half of it, floor, answer p99 ms') + of('one write, Postgres, p99 ms') + of('one write, Redis, p99 ms')
  return of('half of it, ours, answer p99 ms') / Math.max(of('half of it, textbook, answer p99 ms'), 3 * durably)
}

const atLeast = (name: string, value: number, bar: number): Bar => ({
  name,
  value,
  must: 'at least',
  bar,
  isReached: value >= bar,
})

const atMost = (name: string, value: number, bar: number): Bar => ({
  name,
  value,
  must: 'at most',
  bar,
  isReached: value <= bar,
})
