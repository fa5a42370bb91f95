import { prismaOf } from '@sluice/database/client'
import { countOverduePredictions } from '@sluice/database/reconcile'
import type { Pool } from 'pg'
import { z } from 'zod'
import { checkClock } from './clock.ts'
import { checkDeadLetters } from './dead-letters.ts'
import type { Deployment } from './deployment.ts'
import { type Finding, found, good } from './finding.ts'
import { checkHost } from './host.ts'
import { checkPayers } from './payers.ts'
import { checkSkippedEffects } from './skipped-effects.ts'
import { checkWaiting } from './waiting.ts'

/** Whether the clock of Postgres is that of this machine. */
export async function checkDatabaseClock(pool: Pool): Promise<Finding> {
  const before = Date.now()
  return checkClock('Postgres clock', await databaseTime(pool), before)
}

/**
 * In milliseconds, like `Date.now()`. Uses pg, because its error codes show what is wrong with an address, such as
 * ECONNREFUSED.
 */
async function databaseTime(pool: Pool): Promise<number> {
  const { rows } = await pool.query('SELECT clock_timestamp() AS time')
  return z
    .tuple([z.object({ time: z.date() })])
    .parse(rows)[0]
    .time.getTime()
}

/** The rows that need attention. Needs all migrations. */
export const checkRows = async (pool: Pool, { stripeAccounts, production }: Deployment): Promise<Finding[]> => [
  ...(await checkDeadLetters(pool)),
  ...(await checkWaiting(pool)),
  ...(await checkHost(pool)),
  ...(await checkSkippedEffects(pool, production)),
  await checkPredictions(pool),
  await checkPayers(pool),
  await checkAccounts(pool, stripeAccounts),
]

async function checkPredictions(pool: Pool): Promise<Finding> {
  const overdue = await countOverduePredictions(pool)
  if (overdue === 0) return good('Predictions', 'none overdue')
  return found('Predictions', `${overdue} overdue: set REPLICATE_API_TOKEN, so that the workers poll them.`)
}

/**
 * A connected account controls the content of its objects, including the user that a subscription belongs to, so that
 * only named accounts give access: https://docs.stripe.com/connect
 */
async function checkAccounts(pool: Pool, stripeAccounts: string | undefined): Promise<Finding> {
  if (stripeAccounts) return good('STRIPE_ACCOUNTS', 'set')
  const customer = await prismaOf(pool).customer.findFirst({ where: { account: { not: null } } })
  if (customer === null) return good('STRIPE_ACCOUNTS', 'not set, and no connected account has customers here')
  return found(
    'STRIPE_ACCOUNTS',
    'It is not set, so subscriptions of connected accounts are recorded but give no access. List those that may.',
  )
}
