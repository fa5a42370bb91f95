import { createRoute } from '@tanstack/react-router'
import { textOf } from '../api/filter.ts'
import { ACTION_FILTERS, type ActionFilter, RANGES, type Range } from '../api/queries.ts'
import { Action } from '../views/actions/action.tsx'
import { Actions } from '../views/actions/actions.tsx'
import { Overview } from '../views/overview/overview.tsx'
import { cursorOf, root, whenOpened } from './root.tsx'

const Health = whenOpened(async () => (await import('../views/health/health.tsx')).Health)
const Reconcile = whenOpened(async () => (await import('../views/reconcile/reconcile.tsx')).Reconcile)
const ReconcileRun = whenOpened(async () => (await import('../views/reconcile/run.tsx')).ReconcileRun)
const Send = whenOpened(async () => (await import('../views/send/send.tsx')).Send)

const actionSearch = (search: Record<string, unknown>): ActionFilter => {
  const given = ACTION_FILTERS.map((name) => [name, textOf(search[name])] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

export const overview = createRoute({
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

export const health = createRoute({
  getParentRoute: () => root,
  path: '/health',
  component: function HealthRoute() {
    return <Health />
  },
})

export const reconcile = createRoute({
  getParentRoute: () => root,
  path: '/reconcile',
  validateSearch: cursorOf,
  component: function ReconcileRoute() {
    return <Reconcile {...reconcile.useSearch()} />
  },
})

export const reconcileRun = createRoute({
  getParentRoute: () => root,
  path: '/reconcile/$id',
  component: function ReconcileRunRoute() {
    return <ReconcileRun {...reconcileRun.useParams()} />
  },
})

export const send = createRoute({
  getParentRoute: () => root,
  path: '/send',
  component: function SendRoute() {
    return <Send />
  },
})

export const actions = createRoute({
  getParentRoute: () => root,
  path: '/actions',
  validateSearch: (search: Record<string, unknown>) => ({ ...actionSearch(search), ...cursorOf(search) }),
  component: function ActionsRoute() {
    const { cursor, ...filter } = actions.useSearch()
    const navigate = actions.useNavigate()
    return <Actions filter={filter} cursor={cursor} apply={(next) => void navigate({ search: actionSearch(next) })} />
  },
})

export const action = createRoute({
  getParentRoute: () => root,
  path: '/a/$id',
  component: function ActionRoute() {
    return <Action {...action.useParams()} />
  },
})
