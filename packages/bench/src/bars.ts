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
    atLeast('ingest, ours ÷ floor', ingest / of('ingest, floor, events/s'), 0.43),
    atLeast('worker, ours ÷ per-event ORM', worker / of('worker, per-event ORM, events/s'), 8),
    atLeast('worker, ours ÷ bare SQL', worker / of('worker, bare SQL, events/s'), 0.9),
    atLeast(
      'whole way, ours ÷ stripe-sync-engine',
      of('whole way, ours, events/s') / of('whole way, stripe-sync-engine, events/s'),
      2,
    ),
    atLeast('received to e-mailed, events/s', of('whole way, ours, receipt, effects/s'), 120),
    atMost(
      'answer p99 at half the highest rate, ours ÷ textbook',
      of('half of it, ours, answer p99 ms') / of('half of it, textbook, answer p99 ms'),
      2,
    ),
    atMost(
      'received to committed p99 at half the highest rate, ms',
      of('half of it, ours, received to committed p99 ms'),
      250,
    ),
    ...barOfDocuments(of),
    atMost('Redis bytes per waiting event', of('Redis bytes per waiting event'), 1_200),
  ]
}

/** None where they were not measured: a quick run is too short. */
function barOfDocuments(of: MedianOf): Bar[] {
  const p99 = (when: string) => of(`${when}, received to committed p99 ms`)
  const ratio = p99('documents are made') / p99('no documents are made')
  if (Number.isNaN(ratio)) return []
  return [atMost('received to committed p99 while 5,000 documents are due ÷ while none are made', ratio, 1.3)]
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
