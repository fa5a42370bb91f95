import type { KINDS } from '@sluice/database/actions'
import { reconcileAll, reconcileOne, reconcileSince, reconcileUntil } from '@sluice/database/reconcile'
import type { ListedEvent } from '@sluice/events'
import { handledTypesOf } from '@sluice/handlers'
import type { OpenApi } from '@sluice/providers/apis'
import { reasonOf } from '@sluice/runtime/logger'
import type { z } from 'zod'
import type { ActionContext, RunAction } from '../context.ts'
import { ActionRefusedError } from '../refused-error.ts'

type Filter = z.output<typeof KINDS.reconcile.filter>

/** The command line lists all of them. */
const SHOWN_MAX = 200

export const reconcile: RunAction<Filter> = async ({ ids, since, repair = false }, context) => {
  const apis = await context.openApis()
  if (apis.length === 0)
    throw new ActionRefusedError(
      'The worker has no API key of a provider: set STRIPE_API_KEY or REPLICATE_API_TOKEN for it.',
    )
  return ids ? ofIds(ids, apis, context) : ofPeriod(apis, repair, since, context)
}

async function ofPeriod(apis: OpenApi[], repair: boolean, from: string | undefined, context: ActionContext) {
  const { pool, eventDays, signal, progress, action } = context
  const missed: ListedEvent[] = []
  const noteworthy = new Set<string>()
  const since = from === undefined ? reconcileSince(eventDays) : new Date(from)
  const period = { since, until: reconcileUntil(), repair, askedBy: `action:${action.id}`, handledTypesOf }
  const results = await reconcileAll(pool, apis, period, {
    onStart: () => {},
    onPage: (_provider, { missed: found }) => {
      missed.push(...found)
      signal.throwIfAborted()
    },
    onRefusedAccount: (_provider, account) => noteworthy.add(`${account} denies API access and is left out.`),
    onRefusedEndpoints: () => noteworthy.add('The API key may not read webhook endpoints.'),
  })
  signal.throwIfAborted()
  const checked = results.reduce((sum, one) => sum + one.checked, 0)
  await progress(checked, checked)
  return {
    ...{ since: period.since, until: period.until, checked, repaired: repair ? missed.length : 0 },
    missedCount: missed.length,
    missed: missed.slice(0, SHOWN_MAX).map(shown),
    errors: results.flatMap(({ provider, error }) => (error === undefined ? [] : [explain(apis, provider, error)])),
    notes: [...noteworthy],
  }
}

async function ofIds(ids: string[], apis: OpenApi[], { pool, progress }: ActionContext) {
  const events: Record<string, unknown>[] = []
  for (const id of ids) {
    events.push({ id, ...(await askForOne(id, apis, pool)) })
    await progress(events.length, ids.length)
  }
  return { events }
}

async function askForOne(id: string, apis: OpenApi[], pool: ActionContext['pool']) {
  const source = apis.find(({ api }) => api.one?.hasForm(id))
  if (!source?.api.one) return { outcome: 'failed', error: 'No provider with an API key has ids of this form.' }
  const { provider, api } = source
  try {
    const found = await reconcileOne(pool, { provider, one: source.api.one }, id, {
      handledTypes: handledTypesOf(provider.name),
      onRefusedAccount: () => {},
      onRefusedEndpoints: () => {},
    })
    return found.outcome === 'recorded' ? { outcome: found.outcome, ...shown(found.event) } : found
  } catch (error) {
    return { outcome: 'failed', error: explain([{ provider, api }], provider.name, error) }
  }
}

const shown = ({ provider, eventId, type, isPast = false }: ListedEvent) => ({ provider, eventId, type, isPast })

const explain = (apis: OpenApi[], name: string, error: unknown): string =>
  apis.find(({ provider }) => provider.name === name)?.api.explain(error) ?? `${name} failed (${reasonOf(error)}).`
