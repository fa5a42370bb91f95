import {
  createRootRoute,
  createRoute,
  createRouter,
  parseSearchWith,
  redirect,
  stringifySearchWith,
} from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { type Filter, filterOf, textOf } from './api/filter.ts'
import { ACTION_FILTERS, type ActionFilter, GROUP_STATES, type GroupState, RANGES, type Range } from './api/queries.ts'
import { BASE } from './base.ts'
import { Failed } from './failed.tsx'
import { NotFound } from './not-found.tsx'
import { Loading } from './parts/problem.tsx'
import { Shell } from './shell.tsx'
import { Action } from './views/actions/action.tsx'
import { Actions } from './views/actions/actions.tsx'
import { DeadLetter } from './views/dead-letters/group.tsx'
import { DeadLetters } from './views/dead-letters/groups.tsx'
import { Deliveries, type DeliverySearch } from './views/deliveries/deliveries.tsx'
import { EMAIL_FILTERS } from './views/emails/filters.ts'
import { Event } from './views/event/event.tsx'
import { Events } from './views/events/events.tsx'
import { GENERATION_FILTERS } from './views/generations/filters.ts'
import { LIVE_FILTERS, Live } from './views/live/live.tsx'
import { Overview } from './views/overview/overview.tsx'
import { Person } from './views/person/person.tsx'

// Loaded when they are opened: the first page stays small.
const Generations = lazy(async () => ({ default: (await import('./views/generations/generations.tsx')).Generations }))
const Ledger = lazy(async () => ({ default: (await import('./views/ledger/ledger.tsx')).Ledger }))
const Payment = lazy(async () => ({ default: (await import('./views/ledger/payment.tsx')).Payment }))
const Generation = lazy(async () => ({ default: (await import('./views/generations/generation.tsx')).Generation }))
const Email = lazy(async () => ({ default: (await import('./views/emails/email.tsx')).Email }))
const Health = lazy(async () => ({ default: (await import('./views/health/health.tsx')).Health }))
const Reconcile = lazy(async () => ({ default: (await import('./views/reconcile/reconcile.tsx')).Reconcile }))
const ReconcileRun = lazy(async () => ({ default: (await import('./views/reconcile/run.tsx')).ReconcileRun }))
const Send = lazy(async () => ({ default: (await import('./views/send/send.tsx')).Send }))
const Emails = lazy(async () => ({ default: (await import('./views/emails/emails.tsx')).Emails }))

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const listSearch = (search: Record<string, unknown>) => {
  return { ...filterOf(search), ...cursorOf(search) }
}

const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: listSearch,
  beforeLoad: ({ search }) => {
    throw redirect({ to: '/events', search, replace: true })
  },
})

const events = createRoute({
  getParentRoute: () => root,
  path: '/events',
  validateSearch: listSearch,
  component: function EventsRoute() {
    const { cursor, ...filter } = events.useSearch()
    const navigate = events.useNavigate()
    return <Events filter={filter} cursor={cursor} apply={(next) => void navigate({ search: filterOf(next) })} />
  },
})

const event = createRoute({
  getParentRoute: () => root,
  path: '/e/$provider/$id',
  component: function EventRoute() {
    return <Event {...event.useParams()} />
  },
})

const cursorOf = (search: Record<string, unknown>): { cursor?: string } => {
  const cursor = textOf(search['cursor'])
  return cursor === undefined ? {} : { cursor }
}

const deadLetters = createRoute({
  getParentRoute: () => root,
  path: '/d',
  validateSearch: (search: Record<string, unknown>): { cursor?: string; state?: GroupState } => {
    const state = GROUP_STATES.find((one) => one === search['state'])
    return { ...cursorOf(search), ...(state && { state }) }
  },
  component: function DeadLettersRoute() {
    return <DeadLetters {...deadLetters.useSearch()} />
  },
})

const deadLetter = createRoute({
  getParentRoute: () => root,
  path: '/d/$fingerprint',
  validateSearch: cursorOf,
  component: function DeadLetterRoute() {
    return <DeadLetter {...deadLetter.useParams()} {...deadLetter.useSearch()} />
  },
})

const live = createRoute({
  getParentRoute: () => root,
  path: '/live',
  validateSearch: (search: Record<string, unknown>): Filter => filterOf(search, LIVE_FILTERS),
  component: function LiveRoute() {
    const navigate = live.useNavigate()
    return <Live filter={live.useSearch()} apply={(next) => void navigate({ search: filterOf(next, LIVE_FILTERS) })} />
  },
})

const deliveries = createRoute({
  getParentRoute: () => root,
  path: '/deliveries',
  validateSearch: (search: Record<string, unknown>): DeliverySearch => {
    const reason = textOf(search['reason'])
    return {
      ...(search['outcome'] === 'refused' && { outcome: 'refused' as const }),
      ...(reason !== undefined && { reason }),
      ...cursorOf(search),
    }
  },
  component: function DeliveriesRoute() {
    return <Deliveries {...deliveries.useSearch()} />
  },
})

const customer = createRoute({
  getParentRoute: () => root,
  path: '/c/$id',
  component: function CustomerRoute() {
    return <Person kind="customers" id={customer.useParams().id} />
  },
})

const user = createRoute({
  getParentRoute: () => root,
  path: '/u/$id',
  component: function UserRoute() {
    return <Person kind="users" id={user.useParams().id} />
  },
})

const generations = createRoute({
  getParentRoute: () => root,
  path: '/generations',
  validateSearch: (search: Record<string, unknown>) => ({
    ...filterOf(search, GENERATION_FILTERS),
    ...cursorOf(search),
  }),
  component: function GenerationsRoute() {
    const { cursor, ...filter } = generations.useSearch()
    const navigate = generations.useNavigate()
    const apply = (next: Filter) => void navigate({ search: filterOf(next, GENERATION_FILTERS) })
    return (
      <Suspense fallback={<Loading />}>
        <Generations filter={filter} cursor={cursor} apply={apply} />
      </Suspense>
    )
  },
})

const emails = createRoute({
  getParentRoute: () => root,
  path: '/emails',
  validateSearch: (search: Record<string, unknown>) => ({ ...filterOf(search, EMAIL_FILTERS), ...cursorOf(search) }),
  component: function EmailsRoute() {
    const { cursor, ...filter } = emails.useSearch()
    const navigate = emails.useNavigate()
    return (
      <Suspense fallback={<Loading />}>
        <Emails
          filter={filter}
          cursor={cursor}
          apply={(next) => void navigate({ search: filterOf(next, EMAIL_FILTERS) })}
        />
      </Suspense>
    )
  },
})

const email = createRoute({
  getParentRoute: () => root,
  path: '/emails/$key',
  component: function EmailRoute() {
    return (
      <Suspense fallback={<Loading />}>
        <Email id={email.useParams().key} />
      </Suspense>
    )
  },
})

const generation = createRoute({
  getParentRoute: () => root,
  path: '/p/$prediction',
  component: function GenerationRoute() {
    return (
      <Suspense fallback={<Loading />}>
        <Generation {...generation.useParams()} />
      </Suspense>
    )
  },
})

const ledger = createRoute({
  getParentRoute: () => root,
  path: '/ledger',
  component: function LedgerRoute() {
    return (
      <Suspense fallback={<Loading />}>
        <Ledger />
      </Suspense>
    )
  },
})

const payment = createRoute({
  getParentRoute: () => root,
  path: '/payments/$id',
  component: function PaymentRoute() {
    return (
      <Suspense fallback={<Loading />}>
        <Payment {...payment.useParams()} />
      </Suspense>
    )
  },
})

const health = createRoute({
  getParentRoute: () => root,
  path: '/health',
  component: function HealthRoute() {
    return (
      <Suspense fallback={<Loading />}>
        <Health />
      </Suspense>
    )
  },
})

const reconcile = createRoute({
  getParentRoute: () => root,
  path: '/reconcile',
  validateSearch: cursorOf,
  component: function ReconcileRoute() {
    return (
      <Suspense fallback={<Loading />}>
        <Reconcile {...reconcile.useSearch()} />
      </Suspense>
    )
  },
})

const reconcileRun = createRoute({
  getParentRoute: () => root,
  path: '/reconcile/$id',
  component: function ReconcileRunRoute() {
    return (
      <Suspense fallback={<Loading />}>
        <ReconcileRun {...reconcileRun.useParams()} />
      </Suspense>
    )
  },
})

const send = createRoute({
  getParentRoute: () => root,
  path: '/send',
  component: function SendRoute() {
    return (
      <Suspense fallback={<Loading />}>
        <Send />
      </Suspense>
    )
  },
})

const overview = createRoute({
  getParentRoute: () => root,
  path: '/overview',
  validateSearch: ({ range }: Record<string, unknown>): { range?: Range } => {
    const known = RANGES.find((one) => one === range)
    return known === undefined ? {} : { range: known }
  },
  component: function OverviewRoute() {
    return <Overview range={overview.useSearch().range ?? '24h'} />
  },
})

const actionSearch = (search: Record<string, unknown>): ActionFilter => {
  const given = ACTION_FILTERS.map((name) => [name, textOf(search[name])] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

const actions = createRoute({
  getParentRoute: () => root,
  path: '/actions',
  validateSearch: (search: Record<string, unknown>) => ({ ...actionSearch(search), ...cursorOf(search) }),
  component: function ActionsRoute() {
    const { cursor, ...filter } = actions.useSearch()
    const navigate = actions.useNavigate()
    return <Actions filter={filter} cursor={cursor} apply={(next) => void navigate({ search: actionSearch(next) })} />
  },
})

const action = createRoute({
  getParentRoute: () => root,
  path: '/a/$id',
  component: function ActionRoute() {
    return <Action {...action.useParams()} />
  },
})

export const router = createRouter({
  routeTree: root.addChildren([
    start,
    events,
    event,
    deadLetters,
    deadLetter,
    live,
    deliveries,
    customer,
    user,
    generations,
    generation,
    emails,
    email,
    overview,
    health,
    reconcile,
    send,
    reconcileRun,
    ledger,
    payment,
    actions,
    action,
  ]),
  basepath: BASE || '/',
  scrollRestoration: true,
  defaultErrorComponent: Failed,
  // Ids stay as they are: a user may be called 42 or true.
  parseSearch: parseSearchWith((text) => text),
  stringifySearch: stringifySearchWith(String),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
