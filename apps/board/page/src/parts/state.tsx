/** The meaning of a state for the reader. */
type Tone = 'good' | 'bad' | 'waiting' | 'quiet'

const TONES: Record<string, Tone> = {
  accepted: 'good',
  processed: 'good',
  done: 'good',
  good: 'good',
  repaired: 'good',
  'none missing': 'good',
  answers: 'good',
  set: 'good',
  succeeded: 'good',
  paid: 'good',
  sent: 'good',
  stored: 'good',
  active: 'good',
  trialing: 'good',
  failed: 'bad',
  out: 'bad',
  silent: 'bad',
  missing: 'bad',
  'needs attention': 'bad',
  'dead letter': 'bad',
  refused: 'bad',
  open: 'bad',
  regressed: 'bad',
  past_due: 'bad',
  unpaid: 'bad',
  received: 'waiting',
  pending: 'waiting',
  queued: 'waiting',
  running: 'waiting',
  waiting: 'waiting',
  paused: 'waiting',
  processing: 'waiting',
  starting: 'waiting',
}

/** The tone of a state. */
export const toneOf = (state: string): Tone => TONES[state] ?? 'quiet'

/** Each tone has a shape of its own, so that nobody needs to tell colours apart. */
const SHAPES: Record<Tone, string> = {
  good: 'M2.5 6.5 5 9l4.5-6',
  bad: 'M2.5 2.5l7 7m0-7-7 7',
  waiting: 'M6 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9m0 2V6l1.8 1.2',
  quiet: 'M2 6h8',
}

/** A state as shape and word. */
export function State({ of }: { of: string }) {
  const tone = toneOf(of)
  return (
    <span className={`state ${tone}`}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d={SHAPES[tone]} />
      </svg>
      {of}
    </span>
  )
}
