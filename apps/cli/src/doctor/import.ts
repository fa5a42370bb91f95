import { prismaOf } from '@sluice/database/client'
import { wasImported } from '@sluice/database/import'
import { connect } from '@sluice/database/pool'
import { type Deployment, type Finding, found, good, skipped } from '@sluice/doctor'
import { apiSettings } from '@sluice/providers/apis'
import { stripe } from '@sluice/providers/stripe'
import { createStripeApi, type StripeApi } from '@sluice/providers/stripe/api'
import type { Pool } from 'pg'
import { placementOf, type Settings } from '../lib/settings.ts'

const CHECK = 'Stripe import'
const DEADLINE_MS = 10_000
/** One page: https://docs.stripe.com/api/subscriptions/list */
const LIST = '/v1/subscriptions?limit=100&status=all'

/** Checks that the subscriptions of each account are known here: those from before the webhooks are not by themselves. */
export async function checkImport(own: Settings, deployment: Deployment): Promise<Finding[]> {
  const settings = apiSettings(stripe, deployment.apiVariables, DEADLINE_MS)
  if (!settings) return [skipped(CHECK, 'not checked: needs STRIPE_API_KEY')]
  if (!own.databaseUrl) return [skipped(CHECK, 'not checked: needs DATABASE_URL')]
  const connected = (deployment.stripeAccounts ?? '').split(',').flatMap((account) => account.trim() || [])
  const api = createStripeApi(settings)
  const pool = connect(own.databaseUrl, {
    max: 1,
    applicationName: 'sluice-cli',
    deadlineMs: DEADLINE_MS,
    placement: placementOf(own),
  })
  try {
    const unknown = []
    for (const account of [null, ...connected]) unknown.push(...(await describeUnknown(api, pool, account)))
    return [unknown.length > 0 ? found(CHECK, `${unknown.join('; ')}: run sluice import stripe.`) : good(CHECK, KNOWN)]
  } catch {
    return [skipped(CHECK, NOT_CHECKED)] // other checks say why a store or Stripe does not answer
  } finally {
    await pool.end()
  }
}

const NOT_CHECKED = 'not checked: needs Postgres, and a key that may read subscriptions of each account'
const KNOWN = 'the subscriptions at Stripe are known here'

async function describeUnknown(api: StripeApi, pool: Pool, account: string | null): Promise<string[]> {
  if (await wasImported(pool, account, 'subscriptions')) return []
  const { object } = await api.fetchObject(LIST, { account })
  const ids = ((object?.['data'] ?? []) as { id: string }[]).map(({ id }) => id)
  const known = await prismaOf(pool).subscription.count({
    where: { stripeSubscriptionId: { in: ids }, hasSnapshot: true },
  })
  const unknown = ids.length - known
  if (unknown <= 0) return []
  const some = object?.['has_more'] === true ? `at least ${unknown}` : String(unknown)
  const noun = unknown === 1 ? 'subscription that was' : 'subscriptions that were'
  return [`${account ?? 'The account'} has ${some} ${noun} never imported`]
}
