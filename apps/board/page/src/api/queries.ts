import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { fetchJson, fileProblem } from './fetch.ts'
import { type Filter, parametersOf } from './filter.ts'
import type {
  ActionChain,
  ActionPage,
  DeadLetterGroups,
  DeadLetterMembers,
  Deliveries,
  EmailLife,
  EmailPage,
  EventLife,
  EventPage,
  FindAnswer,
  GenerationLife,
  Generations,
  Health,
  Ledger,
  Overview,
  PaymentLife,
  Person,
  PersonHistory,
  ReconcileRunLife,
  ReconcileRuns,
  Refusals,
  RevealedAddress,
  RevealedBody,
  RevealedEmail,
  Session,
} from './types.ts'

const path = (...parts: string[]): string => parts.map((part) => `/${encodeURIComponent(part)}`).join('')

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
    queryFn: ({ signal }) => fetchJson<EventLife>(path('events', provider, id), {}, signal),
  })

/** The pages that a text leads to. */
export const findQuery = (q: string) =>
  queryOptions({
    queryKey: ['find', q],
    queryFn: ({ signal }) => fetchJson<FindAnswer>('/find', { q }, signal),
  })

export const GROUP_STATES = ['open', 'ignored', 'resolved'] as const

export type GroupState = (typeof GROUP_STATES)[number]

/** Dead letters by cause. @param state default: any */
export const deadLettersQuery = (state?: GroupState, cursor?: string) =>
  queryOptions({
    queryKey: ['dead-letters', state, cursor],
    queryFn: ({ signal }) => fetchJson<DeadLetterGroups>('/dead-letters', { state, cursor }, signal),
    placeholderData: keepPreviousData,
  })

/** The open dead letters of one cause. */
export const deadLetterQuery = (fingerprint: string, cursor?: string) =>
  queryOptions({
    queryKey: ['dead-letter', fingerprint, cursor],
    queryFn: ({ signal }) => fetchJson<DeadLetterMembers>(path('dead-letters', fingerprint), { cursor }, signal),
  })

/** A customer of Stripe, or a user of the host, with all that is known of either. */
export const personQuery = (kind: 'customers' | 'users', id: string) =>
  queryOptions({
    queryKey: [kind, id],
    queryFn: ({ signal }) => fetchJson<Person>(path(kind, id), {}, signal),
  })

/** The state of either after each commit that changed it. */
export const historyQuery = (kind: 'customers' | 'users', id: string) =>
  queryOptions({
    queryKey: [kind, id, 'history'],
    queryFn: ({ signal }) => fetchJson<PersonHistory>(path(kind, id, 'history'), {}, signal),
  })

/** Predictions of the host, newest first. @param cursor of the page before; default: the newest */
export const generationsQuery = (filter: Filter, cursor?: string) =>
  queryOptions({
    queryKey: ['generations', filter, cursor],
    queryFn: ({ signal }) =>
      fetchJson<Generations>('/generations', { ...parametersOf(filter), cursor, limit: 48 }, signal),
    placeholderData: keepPreviousData,
  })

/** One prediction and all that became of it. */
export const generationQuery = (prediction: string) =>
  queryOptions({
    queryKey: ['generation', prediction],
    queryFn: ({ signal }) => fetchJson<GenerationLife>(path('generations', prediction), {}, signal),
  })

/** E-mails, newest first. @param cursor of the page before; default: the newest */
export const emailsQuery = (filter: Filter, cursor?: string) =>
  queryOptions({
    queryKey: ['emails', filter, cursor],
    queryFn: ({ signal }) => fetchJson<EmailPage>('/emails', { ...filter, cursor, limit: 50 }, signal),
    placeholderData: keepPreviousData,
  })

/** One e-mail by its effect key. */
export const emailQuery = (key: string) =>
  queryOptions({
    queryKey: ['email', key],
    queryFn: ({ signal }) => fetchJson<EmailLife>(path('emails', key), {}, signal),
  })

/** Why a stored file cannot be shown, in a sentence. */
export const fileProblemQuery = (url: string) =>
  queryOptions({
    queryKey: ['file problem', url],
    queryFn: ({ signal }) => fileProblem(url, signal),
    staleTime: 60_000,
  })

export const RANGES = ['1h', '24h', '7d'] as const

export type Range = (typeof RANGES)[number]

/** How often the figures are read again. */
const OVERVIEW_MS = 30_000

export const overviewQuery = (range: Range) =>
  queryOptions({
    queryKey: ['overview', range],
    queryFn: ({ signal }) => fetchJson<Overview>('/overview', { range }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: OVERVIEW_MS,
  })

/** How often health is read again. */
const HEALTH_MS = 10_000

/** Stores, processes, queues, and what a worker found. */
export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => fetchJson<Health>('/health', {}, signal),
  refetchInterval: HEALTH_MS,
})

/** How often a check that runs is looked at. */
const CHECK_MS = 3_000

/** The trial balance, and the last check. */
export const ledgerQuery = queryOptions({
  queryKey: ['ledger'],
  queryFn: ({ signal }) => fetchJson<Ledger>('/ledger', {}, signal),
  refetchInterval: ({ state }) => (isRunning(state.data?.check?.state) ? CHECK_MS : false),
})

export const isRunning = (state: string | undefined): boolean => state === 'queued' || state === 'running'

/** One payment with its entries. */
export const paymentQuery = (id: string) =>
  queryOptions({
    queryKey: ['payment', id],
    queryFn: ({ signal }) => fetchJson<PaymentLife>(path('payments', id), {}, signal),
  })

/** Requests that repeated an event, or that were refused. */
export const deliveriesQuery = (filter: { outcome?: string; reason?: string }, cursor?: string) =>
  queryOptions({
    queryKey: ['deliveries', filter, cursor],
    queryFn: ({ signal }) => fetchJson<Deliveries>('/deliveries', { ...filter, cursor }, signal),
    placeholderData: keepPreviousData,
  })

/** Refused requests by reason. */
export const refusalsQuery = (range: Range) =>
  queryOptions({
    queryKey: ['refusals', range],
    queryFn: ({ signal }) => fetchJson<Refusals>('/refusals', { range }, signal),
  })

/** A run that was asked for here ends while somebody watches. */
const RECONCILE_MS = 5_000

/** Questions to providers for missed events, and the last answer of each. */
export const reconcileRunsQuery = (cursor?: string) =>
  queryOptions({
    queryKey: ['reconcile', cursor],
    refetchInterval: RECONCILE_MS,
    queryFn: ({ signal }) => fetchJson<ReconcileRuns>('/reconcile', { cursor, limit: 20 }, signal),
    placeholderData: keepPreviousData,
  })

/** One of them, by hour. */
export const reconcileRunQuery = (id: string) =>
  queryOptions({
    queryKey: ['reconcile run', id],
    queryFn: ({ signal }) => fetchJson<ReconcileRunLife>(path('reconcile', id), {}, signal),
  })

/** The person who is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => fetchJson<Session>('/session', {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
})

/** The parameters that narrow the list of actions. */
export const ACTION_FILTERS = ['kind', 'actor', 'since', 'until', 'fingerprint'] as const

export type ActionFilter = { [Name in (typeof ACTION_FILTERS)[number]]?: string }

/** Actions of operators, newest first. */
export const actionsQuery = ({ since, until, ...filter }: ActionFilter, cursor?: string) =>
  queryOptions({
    queryKey: ['actions', since, until, filter, cursor],
    queryFn: ({ signal }) =>
      fetchJson<ActionPage>('/actions', { ...filter, ...parametersOf({ since, until }), cursor }, signal),
    placeholderData: keepPreviousData,
  })

/** Whether nobody has changed an action since it was asked for. */
export const actionChainQuery = queryOptions({
  queryKey: ['action-chain'],
  queryFn: ({ signal }) => fetchJson<ActionChain>('/actions/chain', {}, signal),
})

/** Revealed data is hidden again after ten minutes. */
const REVEALED_MS = 30_000

/** The body of an event, once this person has asked to see it. */
export const revealedBodyQuery = (provider: string, id: string) =>
  queryOptions({
    queryKey: ['revealed', provider, id],
    queryFn: ({ signal }) => fetchJson<RevealedBody>(path('events', provider, id, 'body'), {}, signal),
    refetchInterval: ({ state }) => (state.data && !state.error ? REVEALED_MS : false),
    gcTime: 0,
  })

/** The address of a customer, a user or an e-mail, likewise. */
export const revealedAddressQuery = (of: 'customers' | 'users' | 'emails', id: string) =>
  queryOptions({
    queryKey: ['revealed', of, id],
    queryFn: ({ signal }) => fetchJson<RevealedAddress>(path(of, id, 'address'), {}, signal),
    gcTime: 0,
  })

/** How often an e-mail that a worker renders is looked for. */
const RENDERING_MS = 700

/** An e-mail as a worker rendered it, once this person has asked to see it. */
export const renderingQuery = (key: string) =>
  queryOptions({
    queryKey: ['revealed', 'emails', key, 'rendering'],
    queryFn: ({ signal }) => fetchJson<RevealedEmail>(path('emails', key, 'rendering'), {}, signal),
    refetchInterval: ({ state: { data, error } }) => {
      if (!data || error) return false
      return isRunning(data.state) ? RENDERING_MS : REVEALED_MS
    },
    gcTime: 0,
  })
