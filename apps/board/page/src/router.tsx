import {
  createRootRoute,
  createRoute,
  createRouter,
  parseSearchWith,
  redirect,
  stringifySearchWith,
} from '@tanstack/react-router'
import { filterOf, textOf } from './api/filter.ts'
import { NotFound } from './not-found.tsx'
import { Shell } from './shell.tsx'
import { Event } from './views/event/event.tsx'
import { Events } from './views/events/events.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const listSearch = (search: Record<string, unknown>) => {
  const cursor = textOf(search['cursor'])
  return { ...filterOf(search), ...(cursor !== undefined && { cursor }) }
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

export const router = createRouter({
  routeTree: root.addChildren([start, events, event]),
  scrollRestoration: true,
  // Ids stay as they are: a user may be called 42 or true.
  parseSearch: parseSearchWith((text) => text),
  stringifySearch: stringifySearchWith(String),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
