/** Stands for a property that is left out. */
const GONE = undefined

const NOBODY = { name: null, address: null, taxIds: [], taxExempt: null }

/**
 * The properties of registers that say something of a person, by table, wherever they occur, with the values that they
 * have once the person is forgotten. Ids, amounts, states and times stay: the books must remain right.
 */
export const PERSONAL_PROPERTIES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  customers: { email: null, digest: '', locales: GONE, payment: GONE, links: GONE, link: GONE },
  subscriptions: { defaultPaymentMethod: GONE, links: GONE },
  invoices: {
    customerEmail: null,
    hostedInvoiceUrl: null,
    invoicePdf: null,
    // The merchant's own words about the customer, in lines and on the document.
    description: '',
    footer: null,
    name: null,
    customFields: [],
    buyer: NOBODY,
  },
  checkout_sessions: { customerEmail: null, locale: null, buyer: NOBODY, links: GONE, userIds: GONE },
  credit_notes: { memo: null, pdf: null, description: '', name: null },
  payment_methods: { card: null },
  payment_references: { email: null, links: GONE },
  payments: { links: GONE },
  generation_jobs: { output: GONE, error: null, metrics: null },
}

interface Forgettable {
  forgotten?: true
  /** The registers of other origins that use the same id. */
  others?: Record<string, Forgettable>
}

/** Whether somebody whom registers speak of was forgotten. */
export const isForgotten = (registers: Forgettable | undefined): boolean =>
  registers?.forgotten === true || Object.values(registers?.others ?? {}).some(isForgotten)

/**
 * The registers without what they say of a person, if the person was forgotten. A row's `forgotten` stays for ever, so
 * that a later event cannot bring anything back. Of a row with several origins only those of the person are changed.
 *
 * Applied after each join. A join orders by ids, states and times, or by the digest of the whole, which all stay, so the
 * result is the same whether a person's facts are joined before or after they are taken out.
 */
export function withoutPerson<R extends object>(table: string, registers: R): R {
  const { forgotten, others } = registers as Forgettable
  if (!forgotten && !others) return registers
  const properties = PERSONAL_PROPERTIES[table] ?? {}
  const { others: _, ...own } = registers as R & Forgettable
  const cleaned = (forgotten ? clean(own, properties) : own) as R
  if (!others) return cleaned
  const each = Object.entries(others).map(([name, one]) => [name, one.forgotten ? clean(one, properties) : one])
  return { ...cleaned, others: Object.fromEntries(each) } as R
}

/** A JSON column of the table without what it says of a person. */
export const cleanOf = (table: string, value: unknown): unknown => clean(value, PERSONAL_PROPERTIES[table] ?? {})

function clean(value: unknown, properties: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((one) => clean(one, properties))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const kept: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(value)) {
    if (!Object.hasOwn(properties, name)) kept[name] = clean(inner, properties)
    else if (properties[name] !== GONE) kept[name] = properties[name]
  }
  return kept
}
