import type { FoundEvent } from '@sluice/events'
import type { FoundQuestion } from '../../provider-api.ts'
import type { StripeApi } from './client.ts'
import { fetchWithRetry } from './fetch-with-retry.ts'
import { sentEvent } from './fetched-event.ts'
import { pastEvents } from './past-events.ts'
import { endpointsOrNull, isRefused } from './sent-events.ts'

/** Stripe's ids of events. Other ids never reach a path. */
export const isEventId = (id: string): boolean => /^evt_\w{1,200}$/.test(id)

/**
 * The event with this id, of our own account or else of a connected one: the id does not tell whose it is.
 *
 * @throws {StripeApiError}
 */
export async function foundEvent(api: StripeApi, id: string, question: FoundQuestion): Promise<FoundEvent> {
  const accounts = await question.recorded.connectedAccounts()
  for (const account of [null, ...accounts.map((one) => one.account)]) {
    const found = await fetchEvent(api, id, account, question)
    const event = found && sentEvent(found, account, 'reconcile')
    if (event?.eventId !== id) continue
    const endpoints = await endpointsOrNull(api, question.onRefusedEndpoints)
    const isPast = pastEvents({ endpoints, accounts, recorded: question.recorded })
    return { ...event, isPast: await isPast(event, found?.['pending_webhooks']) }
  }
  return 'unknown'
}

/** A thin event is an object of the second version of the API. */
async function fetchEvent(
  api: StripeApi,
  id: string,
  account: string | null,
  { onRefusedAccount }: FoundQuestion,
): Promise<Record<string, unknown> | null> {
  try {
    const { object } = await fetchWithRetry(api, `/v1/events/${id}`, { account })
    return object ?? (await fetchWithRetry(api, `/v2/core/events/${id}`, { account })).object
  } catch (error) {
    if (account === null || !isRefused(error)) throw error
    onRefusedAccount(account)
    return null
  }
}
