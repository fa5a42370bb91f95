import { createRoute } from '@tanstack/react-router'
import { type Filter, filterOf } from '../api/filter.ts'
import { GENERATION_FILTERS } from '../views/generations/filters.ts'
import { cursorOf, root, whenOpened } from './root.tsx'

const Generations = whenOpened(async () => (await import('../views/generations/generations.tsx')).Generations)
const Generation = whenOpened(async () => (await import('../views/generations/generation.tsx')).Generation)
const Ledger = whenOpened(async () => (await import('../views/ledger/ledger.tsx')).Ledger)
const Payment = whenOpened(async () => (await import('../views/ledger/payment.tsx')).Payment)

export const generations = createRoute({
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
    return <Generations filter={filter} cursor={cursor} apply={apply} />
  },
})

export const generation = createRoute({
  getParentRoute: () => root,
  path: '/p/$prediction',
  component: function GenerationRoute() {
    return <Generation {...generation.useParams()} />
  },
})

export const ledger = createRoute({
  getParentRoute: () => root,
  path: '/ledger',
  component: function LedgerRoute() {
    return <Ledger />
  },
})

export const payment = createRoute({
  getParentRoute: () => root,
  path: '/payments/$id',
  component: function PaymentRoute() {
    return <Payment {...payment.useParams()} />
  },
})
