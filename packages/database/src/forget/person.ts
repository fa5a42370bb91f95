import { customerUserKey, predictionKey, stripeKey, userKey } from './keys.ts'

/** The user or customer that a command names. */
export type Subject = { user: string } | { customer: string; account: string | null }

/** An object at Stripe. */
export interface StripeId {
  id: string
  account: string | null
}

/** All keys of a person's rows. */
export interface Person {
  users: string[]
  customers: StripeId[]
  /** The users of the customers, in case only the customers are forgotten. */
  usersOfCustomers: { customer: StripeId; userId: string }[]
  subscriptions: StripeId[]
  invoices: StripeId[]
  sessions: StripeId[]
  creditNotes: StripeId[]
  payments: StripeId[]
  references: StripeId[]
  refunds: StripeId[]
  disputes: StripeId[]
  fraudWarnings: StripeId[]
  paymentMethods: StripeId[]
  jobs: { id: string; predictionId: string | null }[]
  events: string[]
  /** Events of others that name the person's user: a link that does not count. */
  mentions: string[]
  effects: { id: string; key: string }[]
  notifications: { id: string; key: string }[]
}

export const nobody = (): Person => ({
  users: [],
  customers: [],
  usersOfCustomers: [],
  subscriptions: [],
  invoices: [],
  sessions: [],
  creditNotes: [],
  payments: [],
  references: [],
  refunds: [],
  disputes: [],
  fraudWarnings: [],
  paymentMethods: [],
  jobs: [],
  events: [],
  mentions: [],
  effects: [],
  notifications: [],
})

const OBJECTS = [
  ...(['customers', 'subscriptions', 'invoices', 'sessions', 'creditNotes', 'payments', 'references'] as const),
  ...(['refunds', 'disputes', 'fraudWarnings', 'paymentMethods'] as const),
]

export type ObjectList = (typeof OBJECTS)[number]

/** The keys of the person's objects, which are also the ordering keys of their events. */
export const objectKeys = (person: Person): string[] => [
  ...new Set([
    ...OBJECTS.flatMap((name) => person[name].map(({ id, account }) => stripeKey(account, id))),
    ...person.jobs.flatMap(({ predictionId }) => (predictionId === null ? [] : predictionKey(predictionId))),
  ]),
]

/** The keys by which the person's later events are recognized. */
export const forgottenKeys = (person: Person): string[] => [
  ...objectKeys(person),
  ...person.users.map(userKey),
  ...person.usersOfCustomers.map(({ customer, userId }) => customerUserKey(customer.account, customer.id, userId)),
]

/** The ids that keys of effects are made of. */
export const idsOf = (person: Person): string[] => [
  ...new Set([...OBJECTS.flatMap((name) => person[name].map(({ id }) => id)), ...person.jobs.map(({ id }) => id)]),
]

/** The lists that the conditions of `PERSONAL` name. */
export function listsOf(person: Person): Record<string, string[]> {
  const ids = (some: readonly { id: string }[]) => some.map(({ id }) => id)
  return {
    users: person.users,
    customers: ids(person.customers),
    customerAccounts: person.customers.map(({ account }) => account ?? ''),
    subscriptions: ids(person.subscriptions),
    invoices: ids(person.invoices),
    sessions: ids(person.sessions),
    creditNotes: ids(person.creditNotes),
    payments: ids(person.payments),
    references: ids(person.references),
    paymentMethods: ids(person.paymentMethods),
    jobs: ids(person.jobs),
    events: person.events,
    effects: ids(person.effects),
    notifications: ids(person.notifications),
  }
}

/** The same, with the events of others that name the person: their bodies are erased too, and never handed out. */
export const erasedLists = (person: Person): Record<string, string[]> => ({
  ...listsOf(person),
  events: [...person.events, ...person.mentions],
})

/** Replaces `:name` by a parameter. Returns the text and the values, in the form that pg takes. */
export function bind(text: string, lists: Record<string, unknown>): { text: string; values: unknown[] } {
  const values: unknown[] = []
  const places = new Map<string, string>()
  const bound = text.replace(/(?<!:):([a-zA-Z]+)/g, (whole, name: string) => {
    if (!Object.hasOwn(lists, name)) return whole
    const place = places.get(name) ?? `$${values.push(lists[name])}`
    places.set(name, place)
    return place
  })
  return { text: bound, values }
}
