import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import {
  API_VERSIONS,
  type ApiVersion,
  type LifeName,
  RECORDED_LIVES,
  subscriptionLife,
  withPostgres,
} from '@sluice/testing'
import { type Arrivals, commitInBatches, endingOf } from './billing-deliveries.ts'
import { type State, statesOf } from './billing-state.ts'

const NAMES = Object.keys(RECORDED_LIVES) as LifeName[]

/** Guarantees that the API version of an endpoint, which nobody changes lightly, decides nothing. */
test.each(NAMES)('leads to the same rows whatever the API version it is told in: %s', (name) =>
  withPostgres(async ({ url, roleUrl }) => {
    const [owner, worker] = [connect(url), connect(roleUrl('sluice_worker'))]
    try {
      const lives = API_VERSIONS.map((version) => lifeIn(version, name))
      await owner.query('INSERT INTO users (id) SELECT unnest($1::text[])', [lives.map(userIdOf)])
      await commitInBatches(worker, lives, 1)

      const states = await statesOf(
        owner,
        lives.map(({ ending }) => ending),
      )
      const stateIn = Object.fromEntries(
        lives.map(({ ending }, index) => [API_VERSIONS[index], columnsOf(states.get(ending))]),
      )
      const newest = stateIn['2026-09-30.endive']
      expect(newest?.['customers']).toHaveLength(1)
      expect(stateIn).toEqual(Object.fromEntries(API_VERSIONS.map((version) => [version, newest])))
    } finally {
      await Promise.all([owner.end(), worker.end()])
    }
  }),
)

function lifeIn(version: ApiVersion, name: LifeName): Arrivals {
  const { steps } = RECORDED_LIVES[name]
  const seed = `${version}:${name}`
  const ending = endingOf(subscriptionLife({ seed, steps }))
  const userId = userIdOf({ ending })
  return { ending, events: subscriptionLife({ seed, steps, userId, email: 'somebody@example.com', version }) }
}

const userIdOf = ({ ending }: Pick<Arrivals, 'ending'>): string => `user_${ending}`

interface Row {
  payment_id: string | null
  reference: string
  status: string
  registers?: unknown
}

/**
 * Old versions say some things more often, or to no end, and no column that anybody acts on may follow from it. A
 * refund stands in each charge before 2022-11-15, so its registers know of a later look; an invoice names its charge
 * before 2025-03-31.basil, and its payment intent also while nothing paid it.
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
