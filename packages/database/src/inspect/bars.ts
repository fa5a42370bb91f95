import type { CausedChange } from './changes.ts'
import type { EventName, TimelineItem } from './timeline-item.ts'

interface Subscription {
  id: string
  status: string
  priceId: string | null
  quantity: number | null
  trialEnd: Date | null
  canceledAt: Date | null
}

type State = Pick<TimelineItem, 'status' | 'priceId' | 'quantity'>

const ENDED = ['canceled', 'incomplete_expired']

const COLUMNS = { status: 'status', price_id: 'priceId', quantity: 'quantity' } as const

type Column = keyof typeof COLUMNS

/**
 * A subscription over time: a bar for each status, price and quantity that it had, the oldest first. Before its first
 * recorded change it was what that change names as before. Where none is recorded, its end and the end of its trial are
 * known from the row, and the status before its end is not (null).
 *
 * @param changes its changes, oldest first
 * @param began the first event about it
 */
export function barsOf(
  one: Subscription,
  changes: CausedChange[],
  began: (EventName & { at: Date }) | null,
): TimelineItem[] {
  const own = changes.filter(({ column }) => column in COLUMNS)
  const first = began?.at ?? own[0]?.at ?? one.canceledAt ?? new Date()
  const bars: TimelineItem[] = []
  const start = (at: Date, state: State, { provider, eventId }: EventName) => {
    const last = bars.at(-1)
    if (last) last.until = at
    const until = ENDED.includes(state.status ?? '') ? at : null
    bars.push({
      kind: 'subscription',
      id: one.id,
      ...state,
      at,
      until,
      amount: null,
      currency: null,
      provider,
      eventId,
    })
  }
  const state = stateBefore(one, own)
  start(first, { ...state }, began ?? NOBODY)
  for (const step of own.some(({ column }) => column === 'status') ? [] : knownSteps(one, first)) {
    const [bar] = bars
    if (bar && step.before !== undefined) bar.status = step.before
    start(step.at, { ...state, status: step.status }, NOBODY)
  }
  for (const group of groupsOf(own)) {
    for (const { column, after } of group) Object.assign(state, { [COLUMNS[column as Column]]: after })
    const [{ occurredAt, at, provider, eventId }] = group
    const since = bars.at(-1)?.at ?? first
    start(later(since, occurredAt ?? at), { ...state }, { provider, eventId })
  }
  return bars
}

const later = (a: Date, b: Date): Date => (a.getTime() < b.getTime() ? b : a)

const NOBODY: EventName = { provider: null, eventId: null }

function stateBefore({ status, priceId, quantity }: Subscription, changes: CausedChange[]): State {
  const state: State = { status, priceId, quantity }
  for (const { column, before } of changes.toReversed()) Object.assign(state, { [COLUMNS[column as Column]]: before })
  return state
}

/** The steps that the row itself tells, where no change of its status is recorded. */
function knownSteps({ status, trialEnd, canceledAt }: Subscription, first: Date) {
  if (ENDED.includes(status))
    return [{ at: canceledAt && canceledAt > first ? canceledAt : first, status, before: null }]
  const wasTrial = trialEnd !== null && status !== 'trialing' && trialEnd > first && trialEnd <= new Date()
  return wasTrial ? [{ at: trialEnd, status, before: 'trialing' }] : []
}

/** The changes of one commit stand together. */
function groupsOf(changes: CausedChange[]): [CausedChange, ...CausedChange[]][] {
  const groups: [CausedChange, ...CausedChange[]][] = []
  for (const change of changes) {
    const last = groups.at(-1)
    if (last && last[0].at.getTime() === change.at.getTime() && last[0].eventId === change.eventId) last.push(change)
    else groups.push([change])
  }
  return groups
}
