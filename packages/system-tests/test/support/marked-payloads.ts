import { createHash } from 'node:crypto'
import { LIFECYCLES, RARE_LIFECYCLES, type SentEvent, subscriptionLifecycle } from '@sluice/simulator'
import { replicatePayloads, stripePayloads } from '@sluice/testing/payloads'

type Json = Record<string, unknown>

/** The texts of a Stripe object that may name a person. */
const PERSONAL = new Set(
  `name description email phone line1 line2 city state postal_code receipt_email customer_email customer_name customer_phone
  instructions_email footer memo hosted_invoice_url invoice_pdf receipt_url pdf product_description customer_purchase_ip
  customer_email_address statement_descriptor fingerprint`.split(/\s+/),
)

/** The merchant's own, and names of things rather than of people. */
const MERCHANTS = new Set(['product', 'price', 'plan', 'coupon', 'account', 'rendering', 'payment_settings'])

/** A Stripe object whose texts all name this person, and whose metadata names its user. */
function naming(mark: string, value: unknown, under = ''): unknown {
  if (MERCHANTS.has(under)) return value
  if (Array.isArray(value)) return value.map((one) => naming(mark, one, under))
  if (typeof value !== 'object' || value === null) return value
  if (MERCHANTS.has(String((value as Json)['object']))) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === 'metadata') return [key, { ...(inner as Json), user_id: `user-${mark}`, note: mark }]
      if (key === 'client_reference_id') return [key, inner === null ? null : `user-${mark}`]
      if (!PERSONAL.has(key) || (typeof inner !== 'string' && inner !== null)) return [key, naming(mark, inner, key)]
      return [
        key,
        key.includes('email') ? `${mark}@example.com` : key.includes('url') ? `https://x.example/${mark}` : mark,
      ]
    }),
  )
}

/** Ids of objects other than customers and what is the merchant's. */
const OBJECT_ID = /"((?:in|ii|il|sub|si|pi|ch|py|cs|re|pyr|dp|du|cn|pm|card|inpay|seti|txn|issfr)_)([^"]+)"/g

export interface Marking {
  mark: string
  /** Makes the ids of the events. */
  run: string
  /** Whether the objects have other ids, of the same customers. */
  hasNewObjects?: boolean
}

/** Each lifecycle whole, since refunds and disputes name their payment alone. */
const LIFECYCLE_EVENTS = [...Object.values(LIFECYCLES).map(({ steps }) => steps), ...RARE_LIFECYCLES].flatMap(
  (steps, index) => subscriptionLifecycle({ seed: `person ${index}`, steps, userId: 'user_1' }),
)

/** Those that name no customer need the events of their payments. */
const IS_ALONE = /^(charge\.refund|refund|charge\.dispute|account)\./

const BODIES: string[] = [
  ...LIFECYCLE_EVENTS.map(({ body }) => body),
  ...stripePayloads().flatMap(({ name, body }) => (IS_ALONE.test(name) ? [] : String(body))),
].filter((body) => !JSON.parse(body).type.startsWith('account.'))

/** Snapshot events of every type, in old and new versions of the API, about this person. */
export const stripeEventsOf = (marking: Marking): SentEvent[] =>
  BODIES.map((body, index) => {
    const event = JSON.parse(body)
    return eventOf(marking, index, event.type, event)
  })

/** The objects of these events, as an import takes them in. */
export const importEventsOf = (marking: Marking): SentEvent[] =>
  BODIES.flatMap((body, index) => {
    const event = JSON.parse(body)
    const { id, object } = event.data?.object ?? {}
    const imported = IMPORTED[object] ?? object
    return (id || imported === 'entitlement_summary') && IMPORTABLE.has(imported)
      ? eventOf(marking, index, `import.${imported}`, event)
      : []
  })

const IMPORTED: Record<string, string> = {
  'checkout.session': 'checkout_session',
  'entitlements.active_entitlement_summary': 'entitlement_summary',
}

const IMPORTABLE = new Set(
  `charge checkout_session credit_note customer dispute entitlement_summary invoice invoice_payment payment_intent
  payment_method refund subscription`.split(/\s+/),
)

function eventOf({ mark, run, hasNewObjects = false }: Marking, index: number, type: string, event: Json): SentEvent {
  const id = `evt_${run}_${index}`
  const data = event['data'] as { object?: unknown } | undefined
  const named = { ...event, id, type, ...(data && { data: { ...data, object: naming(mark, data.object) } }) }
  const body = JSON.stringify(named)
  return {
    provider: 'stripe',
    id,
    type,
    body: hasNewObjects
      ? body.replace(OBJECT_ID, (_, prefix, ending) => `"${prefix}${shortHash(run + ending)}"`)
      : body,
  } as SentEvent
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24)

/** Every status and shape of output, about this person. */
export const predictionsOf = ({
  mark,
  run,
  hasNewObjects = false,
}: Marking): (SentEvent & { predictionId: string })[] =>
  replicatePayloads().map(({ body }, index) => {
    const prediction = JSON.parse(String(body))
    const predictionId = hasNewObjects ? `${run}${prediction.id}` : String(prediction.id)
    const named = {
      ...prediction,
      id: predictionId,
      input: { prompt: mark },
      logs: mark,
      error: prediction.error && mark,
      output: withMark(prediction.output, mark),
    }
    const type = `prediction.${prediction.status}`
    return {
      provider: 'replicate',
      id: `msg_${run}_${index}`,
      type,
      body: JSON.stringify(named),
      predictionId,
    } as SentEvent & {
      predictionId: string
    }
  })

function withMark(output: unknown, mark: string): unknown {
  if (typeof output === 'string') return /^https:/.test(output) ? `${output}?${mark}` : `${output}${mark}`
  if (Array.isArray(output)) return output.map((one) => withMark(one, mark))
  if (typeof output !== 'object' || output === null) return output
  return Object.fromEntries(Object.entries(output).map(([key, one]) => [key, withMark(one, mark)]))
}

/** The customers that these events name, with their accounts. */
export function customersIn(events: SentEvent[]): { id: string; account: string | null }[] {
  const found = new Map<string, { id: string; account: string | null }>()
  for (const { body } of events) {
    const account: string | null = JSON.parse(body).account ?? null
    for (const [, id = ''] of body.matchAll(/"(cus_[^"]+)"/g)) found.set(`${account} ${id}`, { id, account })
  }
  return [...found.values()]
}
