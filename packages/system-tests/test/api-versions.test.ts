import { expect, test } from '@jest/globals'
import { API_VERSIONS, LIFECYCLES, type LifecycleName, NEWEST_VERSION } from '@sluice/simulator'
import { type State, statesOf } from './support/billing-state.ts'
import { commitInBatches, insertUsers, lifecycleOf, withDatabase } from './support/lifecycle-orders.ts'

const NAMES = Object.keys(LIFECYCLES) as LifecycleName[]

/** Guarantees that the API version of an endpoint, which nobody changes lightly, decides nothing. */
test.each(NAMES)('a lifecycle leads to the same rows in every API version: %s', (name) =>
  withDatabase(async (owner, worker) => {
    const lifecycles = API_VERSIONS.map((version) => lifecycleOf(`${version}:${name}`, LIFECYCLES[name].steps, version))
    await insertUsers(owner, lifecycles)
    await commitInBatches(worker, lifecycles, 1)

    const states = await statesOf(owner, lifecycles)
    const stateIn = Object.fromEntries(
      lifecycles.map(({ ending }, index) => [API_VERSIONS[index], columnsOf(states.get(ending))]),
    )
    const newest = stateIn[NEWEST_VERSION]
    expect(newest?.['customers']).toHaveLength(1)
    expect(stateIn).toEqual(Object.fromEntries(API_VERSIONS.map((version) => [version, newest])))
  }),
)

interface Row {
  payment_id: string | null
  reference: string
  status: string
  registers?: unknown
}

/**
 * Leaves out columns that may differ between versions and decide nothing: before 2022-11-15 a charge repeats its
 * refunds, so their registers have a later time; before 2025-03-31.basil an invoice names its charge, and its payment
 * intent even while it is unpaid.
 */
function columnsOf(state: State = {}): State {
  const [payments, references] = [state['payments'], state['payment_references']] as [Row[], Row[]]
  const paid = new Set(payments.filter(({ status }) => status === 'succeeded').map(({ payment_id }) => payment_id))
  const telling = references.filter(
    ({ reference, payment_id }) => reference.startsWith('pi_') && (payment_id === null || paid.has(payment_id)),
  )
  const columns = ({ registers: _, ...row }: Row) => row
  const tables = Object.entries({ ...state, payment_references: telling })
  return Object.fromEntries(tables.map(([table, rows]) => [table, (rows as Row[]).map(columns)]))
}
