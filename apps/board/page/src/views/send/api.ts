import { queryOptions } from '@tanstack/react-query'
import { RefusedError } from '../../actions/api.ts'
import { fetchJson } from '../../api/fetch.ts'
import type { EventLife, Sample, SeedRequest, SendChoices, SendRequest, SendResult } from '../../api/types.ts'
import { addressOf } from '../../base.ts'

/** All that can be chosen. */
export const choicesQuery = queryOptions({
  queryKey: ['send'],
  queryFn: ({ signal }) => fetchJson<SendChoices>('/send', {}, signal),
})

/** The body that would be sent. */
export const fetchSample = (query: Record<string, string>): Promise<Sample> =>
  ask(`/api/send/sample?${new URLSearchParams(query)}`)

export const postSend = (request: SendRequest): Promise<SendResult> => ask('/api/send', request)

export const postLifecycles = (request: SeedRequest): Promise<SendResult> => ask('/api/send/lifecycles', request)

/** @param request posted, if there is one @throws RefusedError that says what was expected */
async function ask<T>(path: string, request?: object): Promise<T> {
  const response = await fetch(addressOf(path), {
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    ...(request && { method: 'POST', body: JSON.stringify(request) }),
  })
  const answer: unknown = await response.json().catch(() => ({}))
  if (!response.ok) throw new RefusedError(response.status, answer as object)
  return answer as T
}

/** A person watches. */
const AGAIN_MS = 700

/** One event until it has ended. */
export const fateQuery = (provider: string, id: string) =>
  queryOptions({
    queryKey: ['fate', provider, id],
    queryFn: ({ signal }) =>
      fetchJson<EventLife>(`/events/${encodeURIComponent(provider)}/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: ({ state }) => (state.data && state.data.event.status !== 'received' ? false : AGAIN_MS),
    retry: true,
  })
