import { createRoute, redirect } from '@tanstack/react-router'
import { type Filter, filterOf, textOf } from '../api/filter.ts'
import { GROUP_STATES, type GroupState } from '../api/queries.ts'
import { DeadLetter } from '../views/dead-letters/group.tsx'
import { DeadLetters } from '../views/dead-letters/groups.tsx'
import { Deliveries, type DeliverySearch } from '../views/deliveries/deliveries.tsx'
import { Event } from '../views/event/event.tsx'
import { Events } from '../views/events/events.tsx'
import { LIVE_FILTERS, Live } from '../views/live/live.tsx'
import { cursorOf, root } from './root.tsx'

const listSearch = (search: Record<string, unknown>) => {
  return { ...filterOf(search), ...cursorOf(search) }
}

export const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: listSearch,
  beforeLoad: ({ search }) => {
    throw redirect({ to: '/events', search, replace: true })
  },
})

export const events = createRoute({
  getParentRoute: () => root,
  path: '/events',
  validateSearch: listSearch,
  component: function EventsRoute() {
    const { cursor, ...filter } = events.useSearch()
    const navigate = events.useNavigate()
    return <Events filter={filter} cursor={cursor} apply={(next) => void navigate({ search: filterOf(next) })} />
  },
})

export const event = createRoute({
  getParentRoute: () => root,
  path: '/e/$provider/$id',
  component: function EventRoute() {
    return <Event {...event.useParams()} />
  },
})

export const deadLetters = createRoute({
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

export const deadLetter = createRoute({
  getParentRoute: () => root,
  path: '/d/$fingerprint',
  validateSearch: cursorOf,
  component: function DeadLetterRoute() {
    return <DeadLetter {...deadLetter.useParams()} {...deadLetter.useSearch()} />
  },
})

export const live = createRoute({
  getParentRoute: () => root,
  path: '/live',
  validateSearch: (search: Record<string, unknown>): Filter => filterOf(search, LIVE_FILTERS),
  component: function LiveRoute() {
    const navigate = live.useNavigate()
    return <Live filter={live.useSearch()} apply={(next) => void navigate({ search: filterOf(next, LIVE_FILTERS) })} />
  },
})

export const deliveries = createRoute({
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
