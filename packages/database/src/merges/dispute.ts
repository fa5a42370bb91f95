import type { BalanceMovement, DisputeFact, FundsDirection } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { compare, digestOf, known, later } from './order.ts'
import { columnsOfOrigin, type Dated, dated, joinOrigins, type Origin, ofOneOrigin, originOf } from './stripe.ts'

interface Contents {
  status: string
  amount: number
  currency: string
  reason: string | null
  /** ISO 8601. */
  evidenceDueBy: string | null
}

/** A second in which the money was known to be withdrawn, or known to be with the merchant. */
export interface Moment {
  /** ISO 8601. */
  second: string
  /** Orders the moments of one second. */
  rank: number
  funds: FundsDirection
  /** The key of the movement that the event is about, if it names one without an id. */
  movement?: string
}

export interface KnownMovement extends Pick<BalanceMovement, 'amount' | 'fee' | 'currency'> {
  /** Its id, else the digest of its contents, `#`, and how many equal ones precede it in its list. */
  key: string
  /** ISO 8601: when it was created, else the first event that names it. */
  at: string
  /** Its place in the list of that event. */
  index: number
}

export interface DisputeRegisters extends Origin {
  chargeId: string | null
  paymentIntentId: string | null
  latest: Dated<Contents>
  /** Sets, sorted. Rows of version 1 lack them. */
  moments?: Moment[]
  movements?: KnownMovement[]
  /** Registers of version 1, from which it booked `dispute:<id>:lost` and `dispute:<id>:won`. */
  firstLost?: Dated<Contents>
  lastWon?: Dated<Contents>
}

/** No status is final, because a bank may reopen a dispute. The rank decides only within one second. */
const RANK = [
  ...['prevented', 'warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response'],
  ...['under_review', 'appeal_needs_response', 'appeal_under_review', 'charge_refunded', 'won', 'lost'],
]

const rankOf = (status: string): number => RANK.indexOf(status)

/** Before 2014-11-20 a dispute that was won for a refunded charge was `charge_refunded`. */
const FUNDS_BY_STATUS: Record<string, FundsDirection> = {
  lost: 'withdrawn',
  won: 'reinstated',
  charge_refunded: 'reinstated',
}

/**
 * Keeps the newest status of a dispute, and everything that says where its money was: the types of its events, its
 * statuses, and the movements that its events name. `fundsOf` works out the movements from these sets.
 */
export const disputeMerge: Merge<DisputeFact, DisputeRegisters> = {
  table: 'disputes',
  key: 'stripe_dispute_id',
  watched: ['status'],
  types: { livemode: 'boolean', amount: 'bigint', evidence_due_by: 'timestamptz' },
  shown: 'charge_id payment_intent_id account livemode status amount currency reason evidence_due_by',
  hostReads: `stripe_dispute_id charge_id payment_intent_id account livemode status reason amount currency
    evidence_due_by`,
  keyOf: ({ disputeId }) => disputeId,

  registersOf: (fact) => {
    const { status, amount, currency, reason } = fact
    const evidenceDueBy = fact.evidenceDueBy?.toISOString() ?? null
    return {
      chargeId: fact.chargeId,
      paymentIntentId: fact.paymentIntentId,
      latest: dated(fact, { status, amount, currency, reason, evidenceDueBy }),
      moments: momentsOf(fact),
      movements: movementsOf(fact),
      ...originOf(fact),
    }
  },

  join: ofOneOrigin((a, b) => ({
    chargeId: known(a.chargeId, b.chargeId) ?? null,
    paymentIntentId: known(a.paymentIntentId, b.paymentIntentId) ?? null,
    latest: later(a.latest, b.latest, ({ second, digest, contents }) => [second, rankOf(contents.status), digest]),
    moments: joinMoments(momentsIn(a), momentsIn(b)),
    movements: joinMovements(a.movements ?? [], b.movements ?? []),
    ...joinOrigins(a, b),
  })),

  columnsOf: ({ chargeId, paymentIntentId, latest: { contents }, ...origin }) => ({
    charge_id: chargeId,
    payment_intent_id: paymentIntentId,
    status: contents.status,
    amount: contents.amount,
    currency: contents.currency,
    reason: contents.reason,
    evidence_due_by: contents.evidenceDueBy,
    ...columnsOfOrigin(origin),
  }),
}

/** An inquiry moves no money: https://docs.stripe.com/disputes/how-disputes-work#inquiries */
function momentsOf({ occurredAt, status, funds, movements }: DisputeFact): Moment[] {
  const direction = status.startsWith('warning_') ? undefined : (funds ?? FUNDS_BY_STATUS[status])
  if (!direction) return []
  const moment = { second: occurredAt.toISOString(), rank: rankOf(status), funds: direction }
  const last = funds && movements.findLast(({ amount }) => directionOf(amount) === funds)
  return [last && last.id === null ? { ...moment, movement: firstKey(last) } : moment]
}

export const directionOf = (amount: number): FundsDirection => (amount < 0 ? 'withdrawn' : 'reinstated')

function movementsOf({ occurredAt, movements }: DisputeFact): KnownMovement[] {
  const second = occurredAt.toISOString()
  const equals = new Map<string, number>()
  const known = movements.map((movement, index) => {
    const { id, amount, fee, currency, created } = movement
    return { key: id ?? nextKey(movement, equals), amount, fee, currency, at: created ?? second, index }
  })
  return joinMovements(known, [])
}

/** @param equals how many equal movements precede it, by digest */
function nextKey(movement: BalanceMovement, equals: Map<string, number>): string {
  const digest = digestOf(movement)
  const earlier = equals.get(digest) ?? 0
  equals.set(digest, earlier + 1)
  return `${digest}#${earlier}`
}

const firstKey = (movement: BalanceMovement): string => `${digestOf(movement)}#0`

/** Those of version 1 follow from when it was lost and won. */
export const momentsIn = ({ moments, latest, firstLost, lastWon }: DisputeRegisters): Moment[] =>
  moments ??
  [firstLost, lastWon, latest]
    .filter((one) => one !== undefined)
    .flatMap(({ second, contents: { status } }) => {
      const funds = FUNDS_BY_STATUS[status]
      return funds ? [{ second, rank: rankOf(status), funds }] : []
    })

const placeOfMoment = ({ second, rank, funds, movement = '' }: Moment) => [
  second,
  rank,
  funds === 'withdrawn' ? 0 : 1, // what is withdrawn and reinstated in one second ends with the merchant
  movement,
]

function joinMoments(a: Moment[], b: Moment[]): Moment[] {
  const byPlace = new Map([...a, ...b].map((moment) => [JSON.stringify(placeOfMoment(moment)), moment]))
  return [...byPlace.values()].sort((one, other) => compare(placeOfMoment(one), placeOfMoment(other)))
}

const placeOfMovement = (movement: KnownMovement) => [
  movement.at,
  movement.index,
  movement.amount,
  movement.fee,
  movement.currency,
  movement.key,
]

/** Each movement once, in the order in which they happened. */
function joinMovements(a: KnownMovement[], b: KnownMovement[]): KnownMovement[] {
  const sorted = [...a, ...b].sort((one, other) => compare(placeOfMovement(one), placeOfMovement(other)))
  const seen = new Set<string>()
  return sorted.filter(({ key }) => seen.size < seen.add(key).size)
}
