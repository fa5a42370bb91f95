import type { Fact } from '@sluice/events'
import { mergeOf } from '../../merges/index.ts'
import { sqlState } from '../../sql/error-kind.ts'
import { LOCK_IS_HELD, LockedRowsError } from '../../sql/locked-rows.ts'
import { customerOf } from '../stale-caches.ts'

/** An event of a batch: the row of the inbox, and what its handler said. */
export interface Decided {
  row: { id: string }
  facts: Fact[]
}

const KINDS_WITH_MONEY: readonly Fact['kind'][] = ['payment', 'paymentReference', 'refund', 'dispute', 'creditNote']

const KINDS_WITH_CREDITS: readonly Fact['kind'][] = [
  'invoice',
  'checkoutSession',
  'checkoutLines',
  'price',
  'prediction',
  'customer',
]

const hasMoney = (facts: Fact[]) => facts.some(({ kind }) => KINDS_WITH_MONEY.includes(kind))

/** The parts of a commit besides the merges, and which events have something to do in each. */
const CONCERNED = {
  inbox: () => true,
  outbox: () => true,
  forgotten: () => true,
  payments: hasMoney,
  ledger: hasMoney,
  credits: (facts: Fact[]) => hasMoney(facts) || facts.some(({ kind }) => KINDS_WITH_CREDITS.includes(kind)),
  generations: (facts: Fact[]) => facts.some(({ kind }) => kind === 'prediction'),
  users: (facts: Fact[]) =>
    hasMoney(facts) || facts.some((fact) => fact.kind === 'product' || customerOf(fact) !== null),
}

/** One of these, or the table of a merge. */
export type Stage = keyof typeof CONCERNED | (string & {})

const isNamed = (stage: Stage): stage is keyof typeof CONCERNED => Object.hasOwn(CONCERNED, stage)

/** Whether the event has something to do in this stage. */
export const isConcerned = (stage: Stage, { facts }: Pick<Decided, 'facts'>): boolean =>
  facts.some((fact) => mergeOf(fact).table === stage) || (isNamed(stage) && CONCERNED[stage](facts))

/**
 * The rows that an event is known to need, as `table/key`. A customer stands for its users as well, since these are not
 * known before the customer is merged.
 */
export function subjectsOf({ facts }: Pick<Decided, 'facts'>): string[] {
  return facts.flatMap((fact) => {
    const merge = mergeOf(fact)
    const customer = customerOf(fact)
    return [
      ...(merge.inputsOf ? [] : [subject(merge.table, merge.keyOf(fact))]),
      ...(customer === null ? [] : [subject('customers', customer)]),
    ]
  })
}

export const subject = (table: string, key: string): string => `${table}/${key}`

/** A stage needed a lock that another session holds. */
export class LockedStageError extends LockedRowsError {
  readonly stage: Stage
  /** The events that have something to do in the stage. */
  readonly concerned: readonly Decided[]
  /** Whether the statement waits for no other rows than these. */
  readonly isExact: boolean

  constructor(stage: Stage, decided: readonly Decided[], cause: unknown) {
    const rows = cause instanceof LockedRowsError ? cause.rows : { table: stage, column: '', keys: [] }
    super(rows, cause)
    this.isExact = cause instanceof LockedRowsError
    this.customersOf = cause instanceof LockedRowsError ? cause.customersOf : undefined
    this.stage = stage
    this.concerned = decided.filter((one) => isConcerned(stage, one))
  }
}

/** Runs one stage of a commit. @throws {LockedStageError} if it needs a lock that another session holds */
export async function inStage<T>(stage: Stage, decided: readonly Decided[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw sqlState(error) === LOCK_IS_HELD ? new LockedStageError(stage, decided, error) : error
  }
}
