import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { fetchJson } from './fetch.ts'
import { type Filter, parametersOf } from './filter.ts'
import type { EventLife, EventPage, Found } from './types.ts'

/** One page of the inbox, newest first. @param cursor of the page before; default: the newest */
export const eventsQuery = (filter: Filter, cursor?: string) =>
  queryOptions({
    queryKey: ['events', filter, cursor],
    queryFn: ({ signal }) => fetchJson<EventPage>('/events', { ...parametersOf(filter), cursor, limit: 50 }, signal),
    placeholderData: keepPreviousData,
  })

/** One event and all that became of it. */
export const eventQuery = (provider: string, id: string) =>
  queryOptions({
    queryKey: ['event', provider, id],
    queryFn: ({ signal }) =>
      fetchJson<EventLife>(`/events/${encodeURIComponent(provider)}/${encodeURIComponent(id)}`, {}, signal),
  })

/** What a text leads to. */
export const findQuery = (q: string) =>
  queryOptions({
    queryKey: ['find', q],
    queryFn: async ({ signal }) => (await fetchJson<{ items: Found[] }>('/find', { q }, signal)).items,
  })
