import {
  connectedAccounts,
  lateSubscriptions,
  predictionsWithoutEnd,
  type Reconciled,
  reconcile,
} from '@sluice/database/reconcile'
import { handledTypesOf } from '@sluice/handlers'
import { endedPredictions, type ReplicateApi, ReplicateApiError } from '@sluice/providers/replicate/api'
import { changedSubscriptions, type StripeApi, StripeApiError, sentEvents } from '@sluice/providers/stripe/api'
import type { Pool } from 'pg'
import type { Apis } from './apis.ts'
import { counted, goingBack } from './watched.ts'

export interface Asked {
  since: Date
  /** What is younger may still be on its way. */
  until: Date
  repair: boolean
}

/** Asks whoever may be asked, and holds what they say against the inbox. */
export async function ask(pool: Pool, { stripe, replicate }: Apis, asked: Asked): Promise<Reconciled> {
  try {
    const ofStripe = stripe ? await askStripe(pool, stripe, asked) : []
    const ofReplicate = replicate ? await askReplicate(pool, replicate, asked) : []
    const pages = [...ofStripe, ...ofReplicate]
    return {
      checked: pages.reduce((sum, { checked }) => sum + checked, 0),
      missed: pages.flatMap(({ missed }) => missed),
    }
  } catch (error) {
    throw explained(error)
  }
}

async function askStripe(pool: Pool, api: StripeApi, { since, until, repair }: Asked): Promise<Reconciled[]> {
  const accounts = await connectedAccounts(pool)
  const refused = (account: string) => console.error(`${account} does not let us ask: left out.`)
  const pages = sentEvents(api, { since, until, accounts, handled: handledTypesOf('stripe'), refused })
  const events = await all(reconcile(pool, goingBack(pages, since, until), { repair }))

  const told = new Set(events.flatMap(({ missed }) => missed.map(({ subscriptionId }) => subscriptionId)))
  const late = (await lateSubscriptions(pool)).filter(({ subscriptionId }) => !told.has(subscriptionId))
  const states = counted(changedSubscriptions(api, late), late.length)
  return [...events, ...(await all(reconcile(pool, states, { repair })))]
}

async function askReplicate(pool: Pool, api: ReplicateApi, { since, until, repair }: Asked): Promise<Reconciled[]> {
  const ids = await predictionsWithoutEnd(pool, since, until)
  return all(reconcile(pool, counted(endedPredictions(api, ids, until), ids.length), { repair }))
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

/** What a person can do about it. What was repaired before it stays so, and asking again goes on from there. */
function explained(error: unknown): unknown {
  if (error instanceof StripeApiError && error.code === 'stripe_refused') {
    return new Error(`${error.message}: is STRIPE_API_KEY right, and may it read events and webhook endpoints?`)
  }
  if (error instanceof ReplicateApiError && /_40[13]$/.test(error.code)) {
    return new Error(`Replicate answered ${error.code.slice(-3)}: is REPLICATE_API_TOKEN right?`)
  }
  if (error instanceof ReplicateApiError) return new Error(`Replicate did not answer: ${error.code}. Try again later.`)
  return error
}
