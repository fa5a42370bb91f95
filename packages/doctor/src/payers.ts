import { countPayersWithoutUser, payersWithoutUser } from '@sluice/database/find'
import type { Pool } from '@sluice/database/pool'
import { type Finding, found, good } from './finding.ts'

const CHECK = 'Payers without a user'

/** Of more, only the number is said. */
const NAMED_MAX = 3

/** Customers and guests who paid and belong to no user of the host: nobody got anything for their money. */
export async function checkPayers(pool: Pool): Promise<Finding> {
  const count = await countPayersWithoutUser(pool)
  if (count === 0) return good(CHECK, 'none')
  const ids = (await payersWithoutUser(pool, NAMED_MAX)).map(({ id }) => id)
  const more = count > ids.length ? ', …' : ''
  return found(
    CHECK,
    `${count} (${ids.join(', ')}${more}): set users.stripe_customer_id or metadata.user_id. sluice payers lists them.`,
  )
}
