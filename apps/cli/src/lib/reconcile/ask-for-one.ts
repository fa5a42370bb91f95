import { type OneReconciled, reconcileOne } from '@sluice/database/reconcile'
import { handledTypesOf } from '@sluice/handlers'
import type { OpenApi } from '@sluice/providers/apis'
import type { Pool } from 'pg'
import { oneLine } from '../print.ts'
import { describeTrace, follow, type Trace } from '../trace.ts'
import { explained, NO_ENDPOINTS, refusedAccount } from './explain.ts'

export interface AskedForOne {
  id: string
  outcome: OneReconciled['outcome'] | 'failed'
  /** For people: a sentence, then a line for each row that the event led to. */
  says: string[]
  /** Null unless it was recorded. */
  silent: boolean | null
  trace: Trace | null
}

/** How long to wait until a worker has processed an event. It is kept anyway. */
const FOLLOWED_MS = 10_000

/** Asks for one event, by its id or that of its prediction, and waits until a worker has processed it. */
export async function askForOne(pool: Pool, apis: OpenApi[], id: string): Promise<AskedForOne> {
  const source = apis.find(({ api }) => api.one?.hasForm(id))
  const failed = (says: string): AskedForOne => ({ id, outcome: 'failed', says: [says], silent: null, trace: null })
  if (!source?.api.one) return failed(`${oneLine(id)} cannot be asked for. ${WHAT_CAN}`)
  const { provider, api } = source
  try {
    const result = await reconcileOne(pool, { provider, one: source.api.one }, id, {
      handledTypes: handledTypesOf(provider.name),
      onRefusedAccount: (account) => console.error(refusedAccount(account)),
      onRefusedEndpoints: () => console.error(NO_ENDPOINTS),
    })
    return await describe(pool, id, provider.title, result)
  } catch (error) {
    return failed(explained([{ provider, api }], provider.name, error))
  }
}

const WHAT_CAN =
  'Give the id of an event of Stripe (evt_…, needs STRIPE_API_KEY) or of a prediction of Replicate (needs REPLICATE_API_TOKEN).'

async function describe(pool: Pool, id: string, title: string, result: OneReconciled): Promise<AskedForOne> {
  const { outcome } = result
  const answer = { id, outcome, silent: null, trace: null }
  if (outcome === 'known')
    return { ...answer, says: [`${id} is in the inbox (${result.status}): ${SHOW} ${result.eventId}`] }
  if (outcome !== 'recorded') return { ...answer, says: [SAYS[outcome](id, title)] }
  const { provider, eventId, type, isPast = false } = result.event
  const trace = await follow(pool, { provider, id: eventId }, FOLLOWED_MS)
  const how = isPast ? ', without e-mail: it happened before its webhook endpoint existed' : ''
  const lines = trace ? describeTrace(trace) : []
  return {
    ...answer,
    silent: isPast,
    trace,
    says: [`${id} was missed, and is recorded now (${type})${how}.`, ...lines],
  }
}

const SHOW = 'sluice events show'

const SAYS: Record<Exclude<OneReconciled['outcome'], 'known' | 'recorded'>, (id: string, title: string) => string> = {
  unknown: (id, title) => `${title} has no ${id}, or no longer.`,
  not_ours: (id) => `${id} is not ours: no generation job has this prediction id.`,
  unfinished: (id) => `${id} has not ended yet, so its final event is not missed.`,
}
