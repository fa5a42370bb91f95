import { randomBytes } from 'node:crypto'
import { type SentEvent, type Step, SUBSCRIBED, subscriptionLifecycle } from '@sluice/simulator'
import { type Asked, type Reply, type StandIn, serve } from './http.ts'
import { checkoutPage, portalPage } from './pages.ts'

export interface StripeStandIn extends StandIn {
  apiKey: string
}

/** The parameters that a session of Checkout was opened with. */
interface Purchase {
  seed: string
  successUrl: string
  cancelUrl: string
  userId?: string
  email?: string
  customerId?: string
}

interface Portal {
  purchase: Purchase
  returnUrl: string
}

/**
 * Checkout and the customer portal of Stripe, for an application on a machine without an account: its API opens
 * sessions, its pages have one button, and the events of that button are delivered. It sells one monthly subscription.
 */
export async function startStripe(deliver: (events: SentEvent[]) => Promise<void>): Promise<StripeStandIn> {
  const purchases = new Map<string, Purchase>()
  const customers = new Map<string, Purchase>()
  const portals = new Map<string, Portal>()
  const standIn = await serve(answer)

  function answer(asked: Asked): Reply | Promise<Reply> {
    const [, place, id = '', action] = /^\/(pay|portal)\/(\w+)(\/\w+)?$/.exec(asked.path) ?? []
    if (asked.path === '/v1/checkout/sessions') return openCheckout(new URLSearchParams(asked.body))
    if (asked.path === '/v1/billing_portal/sessions') return openPortal(new URLSearchParams(asked.body))
    if (place === 'pay') return ofPurchase(id, asked.method)
    if (place === 'portal') return ofPortal(id, asked.method === 'POST' ? action : undefined)
    return problem(404, `The stand-in of Stripe has no ${asked.method} ${asked.path}.`)
  }

  function openCheckout(form: URLSearchParams): Reply {
    if (form.get('mode') !== 'subscription') return problem(400, 'The stand-in of Stripe sells a subscription alone.')
    const purchase = purchaseOf(form)
    const session = sessionOf(purchase)
    purchases.set(session.id, purchase)
    return { status: 200, body: { ...session, status: 'open', url: `${standIn.url}/pay/${session.id}` } }
  }

  async function ofPurchase(id: string, method: string): Promise<Reply> {
    const purchase = purchases.get(id)
    if (!purchase) return problem(404, `No such checkout.session: '${id}'`)
    if (method !== 'POST') return { status: 200, body: checkoutPage(purchase.cancelUrl) }
    const { events, customerId } = lifecycle(purchase, SUBSCRIBED)
    customers.set(customerId, purchase)
    await deliver(events)
    return { status: 303, location: purchase.successUrl.replaceAll('{CHECKOUT_SESSION_ID}', id) }
  }

  function openPortal(form: URLSearchParams): Reply {
    const purchase = customers.get(form.get('customer') ?? '')
    if (!purchase) return problem(404, `No such customer: '${form.get('customer')}'`)
    const id = idOf('bps_')
    portals.set(id, { purchase, returnUrl: form.get('return_url') ?? '' })
    return { status: 200, body: { id, object: 'billing_portal.session', url: `${standIn.url}/portal/${id}` } }
  }

  async function ofPortal(id: string, action: string | undefined): Promise<Reply> {
    const portal = portals.get(id)
    if (!portal) return problem(404, `No such session: '${id}'`)
    if (action === undefined) return { status: 200, body: portalPage(id, portal.returnUrl) }
    await deliver(lifecycle(portal.purchase, [...SUBSCRIBED, 'deleted']).events.slice(-1))
    return { status: 303, location: portal.returnUrl }
  }

  return { ...standIn, apiKey: idOf('sk_test_') }
}

const idOf = (prefix: string): string => `${prefix}${randomBytes(12).toString('hex')}`

const problem = (status: number, message: string): Reply => ({
  status,
  body: { error: { type: 'invalid_request_error', message } },
})

function purchaseOf(form: URLSearchParams): Purchase {
  const userId = form.get('client_reference_id')
  const email = form.get('customer_email')
  const customerId = form.get('customer')
  return {
    seed: idOf('example:'),
    successUrl: form.get('success_url') ?? '',
    cancelUrl: form.get('cancel_url') ?? '',
    ...(userId && { userId }),
    ...(email && { email }),
    ...(customerId && { customerId }),
  }
}

/** The events of a purchase, as of now. The same purchase has the same ids. */
function lifecycle({ seed, userId, email, customerId }: Purchase, steps: readonly Step[]) {
  const person = { ...(userId && { userId }), ...(email && { email }), ...(customerId && { customerId }) }
  const events = subscriptionLifecycle({ seed, steps, start: Math.floor(Date.now() / 1000), ...person })
  return { events, customerId: objectOf(events, 'checkout.session.completed').customer }
}

const sessionOf = (purchase: Purchase) => objectOf(lifecycle(purchase, SUBSCRIBED).events, 'checkout.session.completed')

function objectOf(events: SentEvent[], type: string): { id: string; customer: string } {
  const event = events.find((one) => one.type === type)
  if (!event) throw new Error(`A lifecycle has no ${type}.`)
  return JSON.parse(event.body).data.object
}
