import { createRoute } from '@tanstack/react-router'
import { filterOf } from '../api/filter.ts'
import { EMAIL_FILTERS } from '../views/emails/filters.ts'
import { Person } from '../views/person/person.tsx'
import { cursorOf, root, whenOpened } from './root.tsx'

const Emails = whenOpened(async () => (await import('../views/emails/emails.tsx')).Emails)
const Email = whenOpened(async () => (await import('../views/emails/email.tsx')).Email)

export const customer = createRoute({
  getParentRoute: () => root,
  path: '/c/$id',
  component: function CustomerRoute() {
    return <Person kind="customers" id={customer.useParams().id} />
  },
})

export const user = createRoute({
  getParentRoute: () => root,
  path: '/u/$id',
  component: function UserRoute() {
    return <Person kind="users" id={user.useParams().id} />
  },
})

export const emails = createRoute({
  getParentRoute: () => root,
  path: '/emails',
  validateSearch: (search: Record<string, unknown>) => ({ ...filterOf(search, EMAIL_FILTERS), ...cursorOf(search) }),
  component: function EmailsRoute() {
    const { cursor, ...filter } = emails.useSearch()
    const navigate = emails.useNavigate()
    return (
      <Emails
        filter={filter}
        cursor={cursor}
        apply={(next) => void navigate({ search: filterOf(next, EMAIL_FILTERS) })}
      />
    )
  },
})

export const email = createRoute({
  getParentRoute: () => root,
  path: '/emails/$key',
  component: function EmailRoute() {
    return <Email id={email.useParams().key} />
  },
})
